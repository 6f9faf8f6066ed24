"""Figures an alarm looks at, as CloudWatch metrics."""

from typing import Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE: Final = "Ishtirak"
SMS_BUDGET_USED: Final = "SmsBudgetUsed"
REGISTRY_ENTRIES_PUT_ASIDE: Final = "RegistryEntriesPutAside"


class SmsBudgetGauge:
    """The `BudgetGauge` port: the metric `SmsBudgetUsed` of the function, in percent of the hour's budget."""

    def show(self, percent: int) -> None:
        with single_metric(name=SMS_BUDGET_USED, unit=MetricUnit.Percent, value=percent, namespace=NAMESPACE):
            pass


class PutAsideGauge:
    """The `EntriesPutAside` port: the metric `RegistryEntriesPutAside` of the function."""

    def show(self, count: int) -> None:
        with single_metric(
            name=REGISTRY_ENTRIES_PUT_ASIDE, unit=MetricUnit.Count, value=count, namespace=NAMESPACE
        ):
            pass
