"""Keys of KMS on moto, without the work moto does for nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

SECRET = frozenset({"SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"})


@contextmanager
def no_needless_key_pairs() -> Iterator[None]:
    """A key that is one secret gets no RSA key pair: moto makes one for every key, in a tenth of a second."""
    from moto.kms.utils import generate_private_key

    def only_where_there_is_one(key_spec: str) -> Any:
        return None if key_spec in SECRET else generate_private_key(key_spec)

    with patch("moto.kms.models.generate_private_key", only_where_there_is_one):
        yield
