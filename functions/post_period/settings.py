"""Environment of post_period; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    register_table: str
    data_key_arn: str
    jawazat_secret_arn: str
