"""What Lambda imports: the step, built once per warm process."""

from functions.record_timeout.handler import build
from functions.record_timeout.settings import Settings

handler = build(Settings.from_env())
