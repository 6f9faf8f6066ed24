"""Figures an alarm looks at, as CloudWatch metrics."""

from typing import Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE: Final = "Ishtirak"
SMS_BUDGET_USED: Final = "SmsBudgetUsed"


class SmsBudgetGauge:
    """The `BudgetGauge` port: the metric `SmsBudgetUsed` of the function, in percent of the hour's budget."""

    def show(self, percent: int) -> None:
        with single_metric(name=SMS_BUDGET_USED, unit=MetricUnit.Percent, value=percent, namespace=NAMESPACE):
            pass
