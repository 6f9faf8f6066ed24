"""Environment of manage_sessions; the stack builds this same class, so names cannot drift."""

from ishtirak.kernel.settings import HttpSettings


class Settings(HttpSettings):
    """Nothing but the Access table, which every function people call is told of."""
