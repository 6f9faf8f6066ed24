"""What Lambda imports: the routes, built once per warm process."""

from functions.sign_up.handler import build
from functions.sign_up.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
