"""What Lambda imports: the routes, built once per warm process."""

from functions.prove_decision.handler import build
from functions.prove_decision.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
