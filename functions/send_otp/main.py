"""What Lambda imports: the consumer, built once per warm process."""

from functions.send_otp.handler import build
from functions.send_otp.settings import Settings

handler = build(Settings.from_env())
