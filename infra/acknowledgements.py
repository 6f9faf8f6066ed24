"""Every finding of cdk-nag's AwsSolutions pack that stays, and why; `tests/infra` refuses one that is not used."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

FUNCTION_ROLES = "IshtirakService/*/Role/DefaultPolicy/Resource"


@dataclass(frozen=True, order=True)
class Found:
    """A rule of the pack and the construct that breaks it."""

    rule: str
    path: str


@dataclass(frozen=True)
class Acknowledgement:
    """What stays; `rule` and `on` are matched whole, `*` in `on` stands for any part of a path."""

    rule: str
    on: str
    reason: str

    def covers(self, found: Found) -> bool:
        """Whether this is the written reason for that finding."""
        return self.rule == found.rule and fnmatchcase(found.path, self.on)


ACKNOWLEDGED = (
    Acknowledgement(
        "AwsSolutions-COG2",
        "IshtirakData/People/Pool/Resource",
        "The second factor is our own code, sent to the phone registered in Absher: sign_in gives no token without it.",
    ),
    Acknowledgement(
        "AwsSolutions-COG8",
        "IshtirakData/People/Pool/Resource",
        "The plus tier is paid per person and month; sign_in counts failures and slows them down in its own table.",
    ),
    Acknowledgement(
        "AwsSolutions-SMG4",
        "IshtirakData/*/Secret/Resource",
        "The agencies issue these credentials, so they rotate at the agency; readers take the new value as it comes.",
    ),
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::*]",
        FUNCTION_ROLES,
        "X-Ray has no resources to name; house.guard holds that nothing else is allowed on every resource.",
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
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
        "IshtirakService/Api/GatewayLogRole/Resource",
        "API Gateway compares its account role with exactly this policy before it accepts it.",
    ),
    Acknowledgement(
        "AwsSolutions-L1",
        "IshtirakService/*/Function/Resource",
        "Tests, bytecode and wheels are of 3.13, supported until 2029; we move when all run on 3.14. Seen 2026-11.",
    ),
    Acknowledgement(
        "AwsSolutions-SQS3",
        "IshtirakService/Relay/DeadLetters/Resource",
        "It is the dead-letter queue of the table streams; the pack sees only those of other queues.",
    ),
    Acknowledgement(
        "AwsSolutions-APIG2",
        "IshtirakService/Api/Rest/Resource",
        "Parameters are validated by the imported document, where the pack does not look; bodies by the functions, "
        "which can say which field is wrong and in which language (docs/decisions/0005).",
    ),
)

#: What only a production template has.
ACKNOWLEDGED_IN_PRODUCTION = (
    Acknowledgement(
        "AwsSolutions-IAM5[Resource::<DocumentsQuarantine5F1BB154.Arn>/*]",
        "IshtirakData/Documents/Scanner/Role/DefaultPolicy/Resource",
        "The scanner reads and tags every object of this one bucket: their keys are made when a person uploads.",
    ),
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
)


def without_reason(
    found: Iterable[Found], *, answers: Iterable[Acknowledgement] = ACKNOWLEDGED
) -> list[Found]:
    """Findings nobody has answered."""
    given = list(answers)
    return sorted(each for each in found if not any(answer.covers(each) for answer in given))


def without_finding(
    found: Iterable[Found], *, answers: Iterable[Acknowledgement] = ACKNOWLEDGED
) -> list[Acknowledgement]:
    """Answers to something that is not found any more: remove them."""
    all_found = list(found)
    return [answer for answer in answers if not any(answer.covers(each) for each in all_found)]
