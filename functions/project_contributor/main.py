"""What Lambda imports: the consumer, built once per warm process."""

from functions.project_contributor.handler import build
from functions.project_contributor.settings import Settings

handler = build(Settings.from_env())
