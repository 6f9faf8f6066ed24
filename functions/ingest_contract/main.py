"""What Lambda imports: the consumer, built once per warm process."""

from functions.ingest_contract.handler import build
from functions.ingest_contract.settings import Settings

handler = build(Settings.from_env())
