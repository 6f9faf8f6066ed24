"""What Lambda imports: the routes, built once per warm process."""

from functions.issue_code.handler import build
from functions.issue_code.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
