"""What Lambda imports: the API, built once per warm process."""

from functions.issue_certificate.handler import build
from functions.issue_certificate.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
