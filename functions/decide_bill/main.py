"""What Lambda imports: the API, built once per warm process."""

from functions.decide_bill.handler import build
from functions.decide_bill.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
