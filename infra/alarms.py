"""Alarms: dead letters, failing functions, failed or timed-out executions; each names its runbook."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.workflow import Workflow

RUNBOOKS = "docs/runbooks"
FIVE_MINUTES = Duration.minutes(5)


class Alarms(Construct):
    """Alarms notify one topic; the environment says who is subscribed to it."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True, master_key=key)
        self.topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
        if environment.alarm_mail:
            self.topic.add_subscription(subscriptions.EmailSubscription(environment.alarm_mail))

    def add_dead_letter_alarm(self, name: str, queue: sqs.IQueue, *, runbook: str) -> None:
        """A single message is enough."""
        self._alarm(
            f"{name}DeadLetters",
            queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            meaning=f"A message of {name} was put aside after its last try",
            runbook=runbook,
        )

    def add_function_alarms(self, functions: Iterable[PythonFunction]) -> None:
        """A function that raises is a defect or an outage: a refusal is a response, not an error."""
        for function in functions:
            self._alarm(
                f"{function.node.id}Errors",
                function.function.metric_errors(period=FIVE_MINUTES),
                meaning=f"{function.name} raised, ran out of time or was killed",
                runbook="function-errors",
            )

    def add_workflow_alarms(self, workflow: Workflow) -> None:
        """An execution that failed or timed out is a person's request that stands still."""
        for outcome, metric in {
            "Failed": workflow.machine.metric_failed(period=FIVE_MINUTES),
            "TimedOut": workflow.machine.metric_timed_out(period=FIVE_MINUTES),
        }.items():
            self._alarm(
                f"{workflow.node.id}{outcome}",
                metric,
                meaning=f"A request stands still: its execution of {workflow.node.id} ended as {outcome}",
                runbook="workflow-failed",
            )

    def add_stranded_alarm(self, function: PythonFunction) -> None:
        """A request nobody carried on was put on the desk of attention."""
        self._alarm(
            "RequestsStranded",
            cloudwatch.Metric(
                namespace="Ishtirak",
                metric_name="shown",
                dimensions_map={"service": function.name},
                period=FIVE_MINUTES,
                statistic="Sum",
            ),
            meaning="A request was in progress and no run carried it on",
            runbook="attention-queue",
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, *, meaning: str, runbook: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=f"{meaning}. Runbook: {RUNBOOKS}/{runbook}.md",
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
