"""What Lambda imports: the step, built once per warm process."""

from functions.record_silence.handler import build
from functions.record_silence.settings import Settings

handler = build(Settings.from_env())
