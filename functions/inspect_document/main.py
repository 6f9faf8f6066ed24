"""What Lambda imports: built once per warm process."""

from functions.inspect_document.handler import build
from functions.inspect_document.settings import Settings

handler = build(Settings.from_env())
