"""What Lambda imports: the API, built once per warm process."""

from functions.receive_payment.handler import build
from functions.receive_payment.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
