"""What holds for every resource of a kind, also the ones written tomorrow."""

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra import openapi, packaging
from infra.alarms import RUNBOOKS
from infra.api import DOCUMENT
from infra.bus import BUS
from infra.functions.send_otp import CODE_RECEIVES
from infra.queue import MAX_RECEIVES, VISIBILITY_FACTOR
from ishtirak.contracts.model import ContractOutcome
from ishtirak.kernel.settings import Subscription
from tests.infra.conftest import Assembly, Resource

#: Operations anybody may call: who has no session yet, and Qiwa and the payment system, which sign.
OPEN_PATHS = (
    "/v1/sign-in",
    "/v1/sign-up",
    "/v1/password-recovery",
    "/v1/first-password",
    "/v1/qiwa/events",
    "/v1/payments/notices",
    "/v1/services/",
    "/v1/certificates/",
)
#: Runbooks of what no alarm can notice.
NOTICED_BY_PEOPLE = {"personal-data-breach.md"}


def reference(value: Any) -> str:
    """The logical id a property points at."""
    match value:
        case {"Ref": name} | {"Fn::GetAtt": [name, *_]}:
            return str(name)
        case _:
            raise AssertionError(f"{value} points at no resource of the stack")


def statements(assembly: Assembly, role: str) -> Iterator[Mapping[str, Any]]:
    for policy in assembly.resources("AWS::IAM::Policy").values():
        if {"Ref": role} in policy["Properties"]["Roles"]:
            yield from policy["Properties"]["PolicyDocument"]["Statement"]


def function_name(function: Resource) -> str:
    return str(function["Properties"]["Handler"]).split(".")[1]


def subscribers() -> dict[str, tuple[Subscription, ...]]:
    """What the settings of each consumer subscribe to."""
    settings = {
        name: importlib.import_module(f"functions.{name}.settings").Settings
        for name in packaging.function_names()
    }
    return {
        name: of_function.SUBSCRIPTIONS
        for name, of_function in settings.items()
        if hasattr(of_function, "SUBSCRIPTIONS")
    }


def test_every_function_of_the_repository_is_deployed(assembly: Assembly) -> None:
    handlers = {
        function["Properties"]["Handler"] for function in assembly.resources("AWS::Lambda::Function").values()
    }

    assert handlers == {f"functions.{name}.main.handler" for name in packaging.function_names()}


def test_every_function_has_a_role_and_a_log_group_of_its_own(assembly: Assembly) -> None:
    functions = assembly.resources("AWS::Lambda::Function").values()

    roles = [reference(function["Properties"]["Role"]) for function in functions]
    log_groups = [reference(function["Properties"]["LoggingConfig"]["LogGroup"]) for function in functions]

    assert len(set(roles)) == len(set(log_groups)) == len(functions)


def test_every_function_says_what_it_does(assembly: Assembly) -> None:
    for function in assembly.resources("AWS::Lambda::Function").values():
        assert len(function["Properties"]["Description"]) > 20


def test_every_queue_has_dead_letters_and_every_dead_letter_queue_an_alarm(assembly: Assembly) -> None:
    queues = assembly.resources("AWS::SQS::Queue")
    watched = {
        reference(dimension["Value"])
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }
    sources = assembly.resources("AWS::Lambda::EventSourceMapping").values()

    of_queues = {
        reference(queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
        for queue in queues.values()
        if "RedrivePolicy" in queue["Properties"]
    }
    of_streams = {
        reference(source["Properties"]["DestinationConfig"]["OnFailure"]["Destination"])
        for source in sources
        if "DestinationConfig" in source["Properties"]
    }
    working = {name for name, queue in queues.items() if "RedrivePolicy" in queue["Properties"]}

    assert queues.keys() - working == of_queues | of_streams
    assert watched == of_queues | of_streams
    assert len(working) == len(subscribers()) + len({"documents", "contracts", "payments", "sms", "runs"})


def test_a_message_stays_hidden_while_it_is_worked_on(assembly: Assembly) -> None:
    functions = assembly.resources("AWS::Lambda::Function")
    queues = assembly.resources("AWS::SQS::Queue")
    sources = [
        source["Properties"]
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" not in source["Properties"]
    ]

    assert len(sources) == 10
    for source in sources:
        queue = queues[reference(source["EventSourceArn"])]["Properties"]
        timeout = functions[reference(source["FunctionName"])]["Properties"]["Timeout"]
        assert queue["VisibilityTimeout"] >= VISIBILITY_FACTOR * timeout
        codes = function_name(functions[reference(source["FunctionName"])]) == "send_otp"
        assert queue["RedrivePolicy"]["maxReceiveCount"] == (CODE_RECEIVES if codes else MAX_RECEIVES)


def test_every_function_has_an_alarm(assembly: Assembly) -> None:
    watched = {
        reference(dimension["Value"])
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Name"] == "FunctionName"
    }

    assert watched == assembly.resources("AWS::Lambda::Function").keys()


def test_an_alarm_of_an_outcome_names_one_that_the_function_counts(assembly: Assembly) -> None:
    counted = [
        (alarm["Properties"]["MetricName"], alarm["Properties"]["Dimensions"])
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
        if alarm["Properties"].get("Namespace") == "Ishtirak"
    ]

    service = [{"Name": "service", "Value": "ingest_contract"}]
    assert (ContractOutcome.QUARANTINED.value, service) in counted


def test_every_alarm_names_a_runbook_that_exists(assembly: Assembly) -> None:
    for alarm in assembly.resources("AWS::CloudWatch::Alarm").values():
        named = re.search(rf"{RUNBOOKS}/[a-z-]+\.md", alarm["Properties"]["AlarmDescription"])
        assert named
        assert (packaging.ROOT / named.group()).is_file()


def test_no_runbook_is_left_without_an_alarm(assembly: Assembly) -> None:
    named = {
        alarm["Properties"]["AlarmDescription"].rsplit("/", 1)[-1]
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
    }

    assert {path.name for path in (packaging.ROOT / RUNBOOKS).glob("*.md")} == named | NOTICED_BY_PEOPLE


def test_every_route_asks_for_a_session_except_the_named_ones(assembly: Assembly) -> None:
    (api,) = assembly.resources("AWS::ApiGateway::RestApi").values()
    operations = [
        (path, verb, operation)
        for path, item in api["Properties"]["Body"]["paths"].items()
        for verb, operation in item.items()
        if operation["x-amazon-apigateway-integration"]["type"] != "mock"
    ]

    without = {path for path, _, operation in operations if operation["security"] == []}

    assert operations
    assert all(operation["security"] in ([], [{"session": []}]) for _, _, operation in operations)
    assert [path for path in sorted(without) if not path.startswith(OPEN_PATHS)] == []


def test_every_route_may_invoke_its_function_and_only_that(assembly: Assembly) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    functions = assembly.resources("AWS::Lambda::Function")

    allowed = {
        (
            function_name(functions[reference(each["Properties"]["FunctionName"])]),
            route,
        )
        for each in assembly.resources("AWS::Lambda::Permission").values()
        if each["Properties"]["Principal"] == "apigateway.amazonaws.com"
        for route in [str(each["Properties"]["SourceArn"]["Fn::Join"][1][-1])]
    }

    assert allowed == {
        (openapi.function_of(path, verb, operation), f"/live/{verb.upper()}{re.sub(r'{[^}]+}', '*', path)}")
        for path, verb, operation in openapi.operations(document)
    }


def test_each_queue_receives_exactly_what_its_consumer_subscribes_to(assembly: Assembly) -> None:
    functions = assembly.resources("AWS::Lambda::Function")
    consumers = {
        str(source["Properties"]["EventSourceArn"]): functions[
            reference(source["Properties"]["FunctionName"])
        ]
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
    }
    rules = [
        rule["Properties"]
        for rule in assembly.resources("AWS::Events::Rule").values()
        if rule["Properties"].get("EventBusName")
    ]
    (bus,) = assembly.resources("AWS::Events::EventBus").values()

    received = {
        (function_name(consumers[str(target["Arn"])]), source, kind)
        for rule in rules
        for target in rule["Targets"]
        for source in rule["EventPattern"]["source"]
        for kind in rule["EventPattern"]["detail-type"]
    }

    assert bus["Properties"]["Name"] == BUS
    assert len(rules) == sum(len(subscriptions) for subscriptions in subscribers().values())
    assert received == {
        (function, each.source, kind)
        for function, subscriptions in subscribers().items()
        for each in subscriptions
        for kind in each.types
    }


def test_the_relay_reads_event_items_of_all_three_tables(assembly: Assembly) -> None:
    streams = [
        source["Properties"]
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in source["Properties"]
    ]

    filters = {source["FilterCriteria"]["Filters"][0]["Pattern"] for source in streams}

    assert len(streams) == len(assembly.resources("AWS::DynamoDB::Table")) == 3
    assert [json.loads(each) for each in filters] == [
        {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["event"]}}}}
    ]
    for source in streams:
        assert source["BisectBatchOnFunctionError"] is True
        assert 0 < source["MaximumRetryAttempts"] <= 20


def test_only_the_relay_publishes_and_only_lists_lose_an_item(assembly: Assembly) -> None:
    """What may be removed is what follows from the rest and can be made again."""
    publishing, removing, removable = set(), set(), set()
    for function in assembly.resources("AWS::Lambda::Function").values():
        actions = {
            action
            for statement in statements(assembly, reference(function["Properties"]["Role"]))
            for action in (
                [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            )
        }
        name = function_name(function)
        assert "dynamodb:Scan" not in actions
        if "events:PutEvents" in actions:
            publishing.add(name)
        if "dynamodb:DeleteItem" in actions:
            removing.add(name)
            removable |= {
                partition
                for statement in statements(assembly, reference(function["Properties"]["Role"]))
                if "dynamodb:DeleteItem" in statement["Action"]
                for partition in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
            }

    assert (publishing, removing) == ({"relay_events"}, {"project_contributor"})
    assert removable == {"CONTRIBUTORS#*"}


def test_what_lasts_is_kept_apart_from_what_is_replaced(assembly: Assembly) -> None:
    stateful = {
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    }

    service = assembly.template("IshtirakService")["Resources"].values()

    assert not stateful & {resource["Type"] for resource in service}


def test_only_what_is_offered_by_name_crosses_to_the_service_stack(assembly: Assembly) -> None:
    outputs = assembly.template("IshtirakData")["Outputs"]
    exported = [output for output in outputs.values() if "Export" in output]

    # three tables (arn, name, stream), two buckets (arn, name), six secrets, two keys, pool (arn, id), client;
    # one more means an export the CDK made up, whose place in the file changes from run to run
    assert len(exported) == 3 * 3 + 2 * 2 + 6 + 2 + 2 + 1


def test_nothing_deploys_a_function_we_did_not_write(assembly: Assembly) -> None:
    kinds = {
        resource["Type"]
        for stack in ("IshtirakData", "IshtirakService")
        for resource in assembly.template(stack)["Resources"].values()
    }

    assert [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::Custom"))] == []
