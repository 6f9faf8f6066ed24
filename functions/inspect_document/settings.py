"""Environment of inspect_document; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    requests_table: str
    quarantine_bucket: str
    clean_bucket: str
    data_key_arn: str
