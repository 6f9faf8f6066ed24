"""What Lambda imports: the consumer, built once per warm process."""

from functions.send_notice.handler import build
from functions.send_notice.settings import Settings

handler = build(Settings.from_env())
