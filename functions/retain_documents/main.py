"""What Lambda imports: the consumer, built once per warm process."""

from functions.retain_documents.handler import build
from functions.retain_documents.settings import Settings

handler = build(Settings.from_env())
