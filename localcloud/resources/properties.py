"""Reading the resolved properties of a resource."""

import json
from typing import Any

from localcloud.template import Properties


def pick(properties: Properties, *names: str) -> Properties:
    """Those of the named properties that are set."""
    return {name: properties[name] for name in names if name in properties}


def as_flag(value: Any) -> bool:
    """A boolean, which a template may write as text."""
    return value is True or str(value).lower() == "true"


def as_json_text(value: Any) -> str:
    """JSON as text, which a template may write as an object."""
    return value if isinstance(value, str) else json.dumps(value)
