"""What Lambda imports: the routes, built once per warm process."""

from functions.review_request.handler import build
from functions.review_request.settings import Settings
from ishtirak.edge.http.api import entry

handler = entry(build(Settings.from_env()))
