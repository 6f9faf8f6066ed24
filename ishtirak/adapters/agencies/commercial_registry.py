"""The commercial registry's feed of establishments, asked over HTTPS."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ishtirak.adapters.agencies.keyed import KeyedAgency
from ishtirak.adapters.agencies.outbound import Outbound
from ishtirak.adapters.aws.secrets import LateSecretsManager, RegistryAccess, Secret
from ishtirak.register.registry import RegistryChange, RegistryEntry

AGENCY: Final = "commercial_registry"


class _Entry(BaseModel):
    """The envelope of an entry: its place, without which nobody goes on, and a content that may be anything."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    position: Annotated[int, Field(strict=True, gt=0)]
    change: Any


class _Page(BaseModel):
    """The feed's answer; fields it adds later are ignored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    entries: tuple[_Entry, ...]


class CommercialRegistryFeed:
    """`CommercialRegistry` on the registry's feed."""

    def __init__(self, access: Secret[RegistryAccess], *, outbound: Outbound) -> None:
        self._agency = KeyedAgency(AGENCY, access, outbound=outbound)

    def changes(self, *, after: int, limit: int) -> Sequence[RegistryEntry]:
        page = self._agency.ask("/v1/changes", {"after": str(after), "limit": str(limit)}, gives=_Page)
        if page is None or len(page.entries) > limit:
            raise self._agency.wrong_answer()
        positions = [after, *(entry.position for entry in page.entries)]
        if any(later <= earlier for earlier, later in pairwise(positions)):
            raise self._agency.wrong_answer()
        return tuple(RegistryEntry(entry.position, _read(entry.change)) for entry in page.entries)


def commercial_registry(secret_arn: str, *, outbound: Outbound | None = None) -> CommercialRegistryFeed:
    """The feed, by the access kept in a secret."""
    access = Secret(LateSecretsManager(), arn=secret_arn, model=RegistryAccess)
    return CommercialRegistryFeed(access, outbound=outbound or Outbound())


def _read(content: Any) -> RegistryChange | None:
    """The change, or None where it is none: what is wrong with it is the registry's to mend, and names people."""
    try:
        return RegistryChange.model_validate(content)
    except ValidationError:
        return None
