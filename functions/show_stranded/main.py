"""What Lambda imports: the consumer, built once per warm process."""

from functions.show_stranded.handler import build
from functions.show_stranded.settings import Settings

handler = build(Settings.from_env())
