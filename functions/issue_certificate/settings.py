"""Environment of issue_certificate; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    register_table: str
    mac_key_arn: str
