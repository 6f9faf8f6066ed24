"""What Lambda imports: the routes, built once per warm process."""

from functions.edit_request.handler import build
from functions.edit_request.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
