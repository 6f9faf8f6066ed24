"""Environment of submit_request; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    access_table: str
    register_table: str
    mac_key_arn: str
    data_key_arn: str
    absher_secret_arn: str
