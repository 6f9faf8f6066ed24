"""The resource types that come with the local cloud, a module per service family; importing it registers them."""

from localcloud.resources import (
    api,
    compute,
    data,
    guardduty,
    identity,
    messaging,
    observability,
    security,
    workflows,
)

__all__ = [
    "api",
    "compute",
    "data",
    "guardduty",
    "identity",
    "messaging",
    "observability",
    "security",
    "workflows",
]
