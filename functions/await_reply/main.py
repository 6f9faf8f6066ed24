"""What Lambda imports: the step, built once per warm process."""

from functions.await_reply.handler import build
from functions.await_reply.settings import Settings

handler = build(Settings.from_env())
