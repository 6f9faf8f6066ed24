"""Environment of manage_password; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    register_table: str
    user_pool_id: str
    user_pool_client_id: str
    data_key_arn: str
    mac_key_arn: str
    absher_secret_arn: str
