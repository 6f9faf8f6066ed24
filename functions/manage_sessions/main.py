"""What Lambda imports: the routes, built once per warm process."""

from functions.manage_sessions.handler import build
from functions.manage_sessions.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
