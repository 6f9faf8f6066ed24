"""Environment of send_notice; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    register_table: str
    data_key_arn: str
    absher_secret_arn: str
    sms_secret_arn: str
