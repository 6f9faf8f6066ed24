"""Environment of inspect_document; the stack builds this same class, so names cannot drift."""

from typing import Literal

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    """`malware_scan`: `tag` holds a document until the scanner has tagged its object; `off` where there is none."""

    requests_table: str
    quarantine_bucket: str
    clean_bucket: str
    data_key_arn: str
    malware_scan: Literal["tag", "off"] = "tag"
