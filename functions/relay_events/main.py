"""What Lambda imports: the consumer, built once per warm process."""

from functions.relay_events.handler import build
from functions.relay_events.settings import Settings

handler = build(Settings.from_env())
