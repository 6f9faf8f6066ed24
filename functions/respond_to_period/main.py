"""What Lambda imports: the routes, built once per warm process."""

from functions.respond_to_period.handler import build
from functions.respond_to_period.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
