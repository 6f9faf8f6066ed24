"""What Lambda imports: the step, built once per warm process."""

from functions.check_eligibility.handler import build
from functions.check_eligibility.settings import Settings

handler = build(Settings.from_env())
