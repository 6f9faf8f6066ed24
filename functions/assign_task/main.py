"""What Lambda imports: the step, built once per warm process."""

from functions.assign_task.handler import build
from functions.assign_task.settings import Settings

handler = build(Settings.from_env())
