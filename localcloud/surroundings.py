"""The environment of the process while a cloud runs in it: nothing inherited may lead a client elsewhere."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

_AWS: Final = "AWS_"
_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"})
NO_FILES: Final = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""So that clients read neither the developer's profiles nor a machine's metadata."""


def is_inherited_setting(name: str) -> bool:
    """Whether a variable could send a client to another endpoint, through a proxy, or with other credentials."""
    return name.startswith(_AWS) or name.lower() in _PROXIES


def without_inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for a child process that is to find nothing but what it is told."""
    return {name: value for name, value in environment.items() if not is_inherited_setting(name)} | NO_FILES


@contextmanager
def isolated(settings: Mapping[str, str]) -> Iterator[None]:
    """This process without what it inherited and with these settings; as before afterwards."""
    before = {name: value for name, value in os.environ.items() if is_inherited_setting(name)}
    for name in before:
        del os.environ[name]
    os.environ.update({**NO_FILES, **settings})
    try:
        yield
    finally:
        for name in {**NO_FILES, **settings}:
            os.environ.pop(name, None)
        os.environ.update(before)
