"""What Lambda imports: the step, built once per warm process."""

from functions.post_period.handler import build
from functions.post_period.settings import Settings

handler = build(Settings.from_env())
