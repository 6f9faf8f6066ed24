"""Environment of receive_contract; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    contracts_queue_url: str
    data_key_arn: str
    qiwa_secret_arn: str
