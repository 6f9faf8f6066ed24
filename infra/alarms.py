"""Alarms: dead letters, quarantined messages, texts, failing functions and executions; each names its runbook."""

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
NAMESPACE = "Ishtirak"
#: What the functions report of the hour's budget of text messages, in percent (`ishtirak.edge.gauges`).
BUDGET_METRIC = ("Ishtirak", "SmsBudgetUsed")
#: Where somebody should look, and where texts are held back.
BUDGET_ALARMS = {"SmsBudgetNearlyUsed": 80, "SmsBudgetUsedUp": 100}
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

    def add_count_alarm(
        self, name: str, function: PythonFunction, *, counted: str, meaning: str, runbook: str
    ) -> None:
        """What a queue's consumer counts, an outcome or a refusal's code, that somebody has to look at."""
        metric = cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=counted,
            dimensions_map={"service": function.name},
            period=Duration.minutes(1),
            statistic="Sum",
        )
        self._alarm(name, metric, meaning=meaning, runbook=runbook)

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

    def add_sms_budget_alarms(self, senders: Iterable[PythonFunction]) -> None:
        """Of what the functions that send texts report, the highest figure counts: they share one budget."""
        namespace, name = BUDGET_METRIC
        reported = {
            sender.name: cloudwatch.Metric(
                namespace=namespace,
                metric_name=name,
                dimensions_map={"service": sender.name},
                statistic="Maximum",
                period=FIVE_MINUTES,
            )
            for sender in senders
        }
        highest = cloudwatch.MathExpression(
            expression="MAX(METRICS())", using_metrics=reported, period=FIVE_MINUTES
        )
        for alarm, percent in BUDGET_ALARMS.items():
            self._alarm(
                alarm,
                highest,
                meaning=f"{percent} % of the text messages of an hour are used",
                runbook="sms-budget",
                threshold=percent,
            )

    def _alarm(
        self, name: str, metric: cloudwatch.IMetric, *, meaning: str, runbook: str, threshold: int = 1
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=f"{meaning}. Runbook: {RUNBOOKS}/{runbook}.md",
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
