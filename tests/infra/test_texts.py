"""The queue of codes fits a code's life, and the budget of texts has alarms that hear who sends them."""

from datetime import date
from typing import Any

from infra.alarms import BUDGET_ALARMS, BUDGET_METRIC
from ishtirak.adapters.agencies.outbound import WITHIN_A_CODES_LIFE
from ishtirak.edge import gauges
from ishtirak.otp.policy import policy_on
from tests.infra.conftest import Assembly, Resource
from tests.infra.test_every_resource import function_name, reference

LIFETIME = policy_on(date(2026, 11, 25)).lifetime_seconds
HOSTS = 3
"""Absher, then one provider, then the other."""


def codes(assembly: Assembly) -> tuple[Any, Any, Any]:
    """The properties of `send_otp`, of its queue and of what connects them."""
    functions = {
        name: function
        for name, function in assembly.resources("AWS::Lambda::Function").items()
        if function_name(function) == "send_otp"
    }
    [source] = [
        source["Properties"]
        for source in assembly.resources("AWS::Lambda::EventSourceMapping").values()
        if reference(source["Properties"]["FunctionName"]) in functions
    ]
    queue = assembly.resources("AWS::SQS::Queue")[reference(source["EventSourceArn"])]
    [function] = functions.values()
    return function["Properties"], queue["Properties"], source


def test_a_code_whose_sender_was_killed_comes_within_a_fifth_of_its_life(assembly: Assembly) -> None:
    function, queue, _ = codes(assembly)

    assert 5 * (queue["VisibilityTimeout"] + function["Timeout"]) <= LIFETIME


def test_a_message_outlives_its_code_in_the_queue_so_that_its_end_is_recorded(assembly: Assembly) -> None:
    _, queue, _ = codes(assembly)
    receives = queue["RedrivePolicy"]["maxReceiveCount"]

    assert (receives - 1) * queue["VisibilityTimeout"] > LIFETIME
    assert queue["MessageRetentionPeriod"] > LIFETIME


def test_one_message_a_batch_and_no_waiting_for_more(assembly: Assembly) -> None:
    _, _, source = codes(assembly)

    assert source["BatchSize"] == 1
    assert "MaximumBatchingWindowInSeconds" not in source


def test_a_sender_that_asks_three_silent_hosts_ends_before_lambda_ends_it(assembly: Assembly) -> None:
    function, _, _ = codes(assembly)

    assert HOSTS * WITHIN_A_CODES_LIFE.budget < function["Timeout"]


def test_the_budget_of_texts_has_an_alarm_at_eighty_percent_and_where_it_is_used_up(
    assembly: Assembly,
) -> None:
    alarms = budget_alarms(assembly)

    assert sorted(alarm["Properties"]["Threshold"] for alarm in alarms) == sorted(BUDGET_ALARMS.values())
    for alarm in alarms:
        assert alarm["Properties"]["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["Properties"]["AlarmActions"]


def test_the_alarm_hears_every_function_that_holds_an_sms_provider(assembly: Assembly) -> None:
    senders = {
        function_name(function)
        for function in assembly.resources("AWS::Lambda::Function").values()
        if "SMS_SECRET_ARN" in function["Properties"]["Environment"]["Variables"]
    }

    for alarm in budget_alarms(assembly):
        heard = [
            query["MetricStat"]["Metric"] for query in alarm["Properties"]["Metrics"] if "MetricStat" in query
        ]
        assert {one["Dimensions"][0]["Value"] for one in heard} == senders == {"send_otp", "send_notice"}
        assert {(one["Namespace"], one["MetricName"]) for one in heard} == {BUDGET_METRIC}


def test_the_alarm_looks_at_what_the_functions_write() -> None:
    assert BUDGET_METRIC == (gauges.NAMESPACE, gauges.SMS_BUDGET_USED)


def budget_alarms(assembly: Assembly) -> list[Resource]:
    return [
        alarm
        for alarm in assembly.resources("AWS::CloudWatch::Alarm").values()
        if "sms-budget.md" in alarm["Properties"]["AlarmDescription"]
    ]
