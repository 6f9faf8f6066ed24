"""What Lambda imports: the entry of the schedule, built once per warm process."""

from functions.sweep_workflows.handler import build
from functions.sweep_workflows.settings import Settings

handler = build(Settings.from_env())
