"""Environment of send_notice; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    register_table: str
    access_table: str
    data_key_arn: str
    absher_secret_arn: str
    sms_secret_arn: str
    sms_queue_url: str
    """Its own queue: what has to wait for another hour is put back there."""
