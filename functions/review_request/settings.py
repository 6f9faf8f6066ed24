"""Environment of review_request; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    requests_table: str
    register_table: str
    access_table: str
    clean_bucket: str
    data_key_arn: str
    mac_key_arn: str
    jawazat_secret_arn: str
