"""Environment of relay_events; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import FunctionSettings


class Settings(FunctionSettings):
    bus_name: str
