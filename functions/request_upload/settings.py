"""Environment of request_upload; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    requests_table: str
    quarantine_bucket: str
    data_key_arn: str
