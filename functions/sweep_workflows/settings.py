"""Environment of sweep_workflows; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    add_period_arn: str
    runs_queue_url: str
