"""What Lambda imports: the consumer, built once per warm process."""

from functions.drive_workflow.handler import build
from functions.drive_workflow.settings import Settings

handler = build(Settings.from_env())
