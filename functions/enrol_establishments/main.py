"""What Lambda imports: the entry of the schedule, built once per warm process."""

from functions.enrol_establishments.handler import build
from functions.enrol_establishments.settings import Settings

handler = build(Settings.from_env())
