"""What Lambda imports: the routes, built once per warm process."""

from functions.recover_password.handler import build
from functions.recover_password.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
