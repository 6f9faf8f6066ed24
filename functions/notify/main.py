"""What Lambda imports: the consumer, built once per warm process."""

from functions.notify.handler import build
from functions.notify.settings import Settings

handler = build(Settings.from_env())
