"""Environment of show_stranded; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    add_period_arn: str
