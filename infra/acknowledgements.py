"""Every finding of cdk-nag's AwsSolutions pack we accept, and why; `tests/infra` refuses an unused entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

FUNCTION_ROLES = "IshtirakService/*/Role/DefaultPolicy/Resource"


@dataclass(frozen=True, order=True)
class NagFinding:
    """A rule of the pack and the construct that breaks it."""

    rule: str
    path: str


@dataclass(frozen=True)
class Acknowledgement:
    """An accepted finding; in `path`, `*` stands for any part of a construct path."""

    rule: str
    path: str
    reason: str

    def covers(self, finding: NagFinding) -> bool:
        """Whether this is the written reason for that finding."""
        return self.rule == finding.rule and fnmatchcase(finding.path, self.path)


ACKNOWLEDGED = (
    Acknowledgement(
        "AwsSolutions-COG1",
        "IshtirakData/People/Pool/Resource",
        "Fifteen letters of any kind: NIST SP 800-63B-4 3.1.1.2 forbids rules of composition, which the rule asks for.",
    ),
    Acknowledgement(
        "AwsSolutions-COG2",
        "IshtirakData/People/Pool/Resource",
        "The second factor is our own code, sent to the phone registered in Absher; sign_in gives no token without it.",
    ),
    Acknowledgement(
        "AwsSolutions-COG8",
        "IshtirakData/People/Pool/Resource",
        "The plus tier is paid per person and month; sign_in counts failures and slows them down in its own table.",
    ),
    Acknowledgement(
        "AwsSolutions-SMG4",
        "IshtirakData/*/Secret/Resource",
        "The agencies issue these credentials, so they rotate at the agency; readers pick up the new value.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::*]",
        FUNCTION_ROLES,
        "X-Ray has no resources to name; house.guard checks that nothing else is allowed on every resource.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::*]",
        "IshtirakService/AddPeriod/Machine/Role/DefaultPolicy/Resource",
        "X-Ray and the delivery of workflow logs have no resources to name; house.guard lists the actions.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::IshtirakData:ExportsOutputFnGetAttDocumentsQuarantine5F1BB154Arn70171D3D/*]",
        FUNCTION_ROLES,
        "Objects of this one bucket: their keys are made when a person uploads.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::IshtirakData:ExportsOutputFnGetAttDocumentsClean08556727ArnEC4B6BC6/*]",
        FUNCTION_ROLES,
        "Objects of this one bucket: their keys are made when a person uploads.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:aws:states:eu-central-1:<AWS::AccountId>:execution:<AddPeriodMachine12F440BD.Name>:*]",
        "IshtirakService/DriveWorkflow/Role/DefaultPolicy/Resource",
        "Executions of this one machine: each is named after its request, so that starting twice starts once.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:aws:states:eu-central-1:<AWS::AccountId>:execution:<AddPeriodMachine12F440BD.Name>:*]",
        "IshtirakService/ShowStranded/Role/DefaultPolicy/Resource",
        "Executions of this one machine: whichever may have died is asked how it stands, and stopped.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        "IshtirakService/Api/GatewayLogRole/Resource",
        "API Gateway compares its account role with exactly this policy before it accepts it.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::<DocumentsQuarantine5F1BB154.Arn>/*]",
        "IshtirakData/Documents/Scanner/Role/DefaultPolicy/Resource",
        "The scanner reads and tags every object of this one bucket: their keys are made when a person uploads.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:aws:events:eu-central-1:<AWS::AccountId>:rule/"
        "DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*]",
        "IshtirakData/Documents/Scanner/Role/DefaultPolicy/Resource",
        "GuardDuty names its managed rule itself, with this beginning; writing needs events:ManagedBy besides.",
    ),
    Acknowledgement(
        "AwsSolutions-L1",
        "IshtirakService/*/Function/Resource",
        "Tests, bytecode and wheels are of 3.13, supported until 2029; we move when all run on 3.14. Seen 2026-11.",
    ),
    Acknowledgement(
        "AwsSolutions-SQS3",
        "IshtirakService/Relay/DeadLetters/Resource",
        "It is the dead-letter queue of the table streams; the pack knows only those of other queues.",
    ),
    Acknowledgement(
        "AwsSolutions-APIG2",
        "IshtirakService/Api/Rest/Resource",
        "Parameters are validated by the imported document, where the pack does not look; bodies by the functions, "
        "which can say which field is wrong and in which language (docs/decisions/0005).",
    ),
)

#: What only a production template has: its region has no known partition yet.
ACKNOWLEDGED_IN_PRODUCTION = (
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:me-west-1:<AWS::AccountId>:rule/"
        "DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*]",
        "IshtirakData/Documents/Scanner/Role/DefaultPolicy/Resource",
        "GuardDuty names its managed rule itself, with this beginning; writing needs events:ManagedBy besides.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:me-west-1:<AWS::AccountId>:execution:"
        "<AddPeriodMachine12F440BD.Name>:*]",
        "IshtirakService/DriveWorkflow/Role/DefaultPolicy/Resource",
        "Executions of this one machine, in a region whose partition the CDK does not know yet.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:me-west-1:<AWS::AccountId>:execution:"
        "<AddPeriodMachine12F440BD.Name>:*]",
        "IshtirakService/ShowStranded/Role/DefaultPolicy/Resource",
        "Executions of this one machine, in a region whose partition the CDK does not know yet.",
    ),
)


def unacknowledged(
    findings: Iterable[NagFinding], *, acknowledged: Iterable[Acknowledgement] = ACKNOWLEDGED
) -> list[NagFinding]:
    """Findings without a written reason."""
    accepted = list(acknowledged)
    return sorted(finding for finding in findings if not any(entry.covers(finding) for entry in accepted))


def unused(
    findings: Iterable[NagFinding], *, acknowledged: Iterable[Acknowledgement] = ACKNOWLEDGED
) -> list[Acknowledgement]:
    """Acknowledgements of something that is not found any more: remove them."""
    all_findings = list(findings)
    return [entry for entry in acknowledged if not any(entry.covers(finding) for finding in all_findings)]
