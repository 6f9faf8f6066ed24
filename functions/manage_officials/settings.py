"""Environment of manage_officials; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    register_table: str
    data_key_arn: str
    mac_key_arn: str
    absher_secret_arn: str
