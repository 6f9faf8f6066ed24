"""What Lambda imports: built once per warm process."""

from functions.request_upload.handler import build
from functions.request_upload.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
