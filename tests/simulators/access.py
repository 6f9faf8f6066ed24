"""Secrets Manager as far as the adapters know it, holding what the simulators would write."""

from collections.abc import Mapping

from local.simulators import Simulators


class WrittenSecrets:
    """Gives each secret under the name of the stack output that would carry its ARN; counts the calls."""

    def __init__(self, simulators: Simulators) -> None:
        self._simulators = simulators
        self.calls = 0

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, str]:  # noqa: N803
        self.calls += 1
        return {"SecretString": self._simulators.access()[SecretId]}
