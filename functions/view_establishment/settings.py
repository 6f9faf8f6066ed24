"""Environment of view_establishment; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    register_table: str
    mac_key_arn: str
    data_key_arn: str
    absher_secret_arn: str
