"""Environment of issue_code; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    access_table: str
    register_table: str
    mac_key_arn: str
