"""How long logs are kept, and what happens to stateful resources when their stack is deleted."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

from infra.config import Environment

_LOG_RETENTION = {
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
}


def log_retention(environment: Environment) -> logs.RetentionDays:
    """The retention of every log group of the environment."""
    return _LOG_RETENTION[environment.log_retention_days]


def removal_policy(environment: Environment) -> RemovalPolicy:
    """Whether a stateful resource outlives its stack."""
    return RemovalPolicy.RETAIN if environment.retain_data else RemovalPolicy.DESTROY
