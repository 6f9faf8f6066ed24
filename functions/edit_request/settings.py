"""Environment of edit_request; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    requests_table: str
    register_table: str
    data_key_arn: str
    jawazat_secret_arn: str
