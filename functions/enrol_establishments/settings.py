"""Environment of enrol_establishments; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    register_table: str
    data_key_arn: str
    mac_key_arn: str
    absher_secret_arn: str
    commercial_registry_secret_arn: str
