"""What Lambda imports: the API, built once per warm process."""

from functions.view_establishment.handler import build
from functions.view_establishment.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
