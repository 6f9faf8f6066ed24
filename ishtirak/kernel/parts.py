"""Parts of one transaction that belong to different adapters.

A service never sees what is inside: an adapter hands out its share (`Part`) and another adapter commits
them all, or none.
"""

from typing import Any

type Part = tuple[Any, ...]
"""An adapter's own writes, opaque to everybody else."""

NOTHING: Part = ()
