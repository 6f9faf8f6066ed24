"""What Lambda imports: the consumer, built once per warm process."""

from functions.settle_bill.handler import build
from functions.settle_bill.settings import Settings

handler = build(Settings.from_env())
