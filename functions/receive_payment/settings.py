"""Environment of receive_payment; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    payments_queue_url: str
    data_key_arn: str
    payments_secret_arn: str
