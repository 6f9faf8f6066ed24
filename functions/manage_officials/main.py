"""What Lambda imports: the routes, built once per warm process."""

from functions.manage_officials.handler import build
from functions.manage_officials.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
