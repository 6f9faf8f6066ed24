"""Environment of decide_bill; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    register_table: str
    access_table: str
    mac_key_arn: str
