"""What a function construct is given to build itself from."""

from dataclasses import dataclass

from infra.bus import Bus
from infra.data_stack import DataStack
from infra.python_function import Platform


@dataclass(frozen=True, kw_only=True)
class Deployment(Platform):
    """The platform, and the shared resources a function reads settings from and is granted access to."""

    data: DataStack
    bus: Bus
