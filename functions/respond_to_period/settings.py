"""Environment of respond_to_period; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    requests_table: str
    register_table: str
    mac_key_arn: str
