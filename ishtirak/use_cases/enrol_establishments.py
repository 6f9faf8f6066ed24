"""Establishments become known from the commercial registry's feed: each entry once, in order."""

from dataclasses import dataclass
from typing import Final

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.register import registry as rules
from ishtirak.register.ports import (
    CommercialRegistry,
    Directory,
    Establishments,
    Fingerprints,
    People,
    RegistryFeed,
)
from ishtirak.register.refusals import BirthDateFrozen, NumberReplaced
from ishtirak.register.registry import (
    EntriesPutAside,
    EntryProblem,
    EstablishmentChange,
    FeedState,
    RegistryChange,
    RegistryEntry,
    RegistryOwner,
)
from ishtirak.use_cases.identify_person import identify_person

PAGE: Final = 50
MOST_AT_ONCE: Final = 500
"""How many entries one run takes at most; the next one goes on from there."""


@dataclass(frozen=True, kw_only=True)
class OwnerReader:
    """Finds the people the registry names as owners, and makes them known."""

    people: People
    directory: Directory
    fingerprints: Fingerprints
    encryption: Encryption
    clock: Clock

    def identify(self, owner: RegistryOwner) -> tuple[str, Items] | EntryProblem:
        """The owner's id, and the writes that make them known; or why they are not the person the registry means."""
        fingerprint = self.fingerprints.of(owner.identity_number)
        try:
            found = identify_person(
                owner.identity_number,
                fingerprint=fingerprint,
                people=self.people,
                directory=self.directory,
                fingerprints=self.fingerprints,
                encryption=self.encryption,
                clock=self.clock,
            )
        except (NumberReplaced, BirthDateFrozen):
            return EntryProblem.OWNER_CONTRADICTED
        if found is None:
            return EntryProblem.OWNER_NOT_FOUND
        if not found.contributor.birth_date.agrees_with(owner.birth_date):
            return EntryProblem.OWNER_CONTRADICTED
        return found.contributor.person_id, found.items(self.people, fingerprint=fingerprint)


@dataclass(frozen=True)
class FeedRun:
    """How many entries of the feed a run applied, how many it put aside, and where the feed stands now."""

    applied: int = 0
    put_aside: int = 0
    position: int = 0


def enrol_establishments(
    *,
    registry: CommercialRegistry,
    feed: RegistryFeed,
    establishments: Establishments,
    owners: OwnerReader,
    put_aside: EntriesPutAside,
    clock: Clock,
    transaction: Transaction,
) -> FeedRun:
    """Apply what the registry changed since the last run, each entry with its position in one transaction.

    So a run that died, or one beside another, applies nothing twice: who comes second finds the position moved on, and
    goes on from there. An entry nobody can apply is put aside by an event of its own, and the rest goes on. Raises
    `Unavailable` when the registry, the directory or a key does not answer; what was applied stands.
    """
    applied = aside = 0
    while applied + aside < MOST_AT_ONCE:
        state = feed.state()
        entries = registry.changes(after=state.position, limit=PAGE)
        if not entries:
            break
        for entry in entries:
            try:
                was_applied, state = _taken(
                    entry,
                    state=state,
                    feed=feed,
                    establishments=establishments,
                    owners=owners,
                    clock=clock,
                    transaction=transaction,
                )
            except ChangedMeanwhile:
                break
            applied, aside = applied + was_applied, aside + (not was_applied)
    if aside:
        put_aside.show(aside)
    return FeedRun(applied=applied, put_aside=aside, position=feed.state().position)


def _taken(
    entry: RegistryEntry,
    *,
    state: FeedState,
    feed: RegistryFeed,
    establishments: Establishments,
    owners: OwnerReader,
    clock: Clock,
    transaction: Transaction,
) -> tuple[bool, FeedState]:
    """Whether the entry was applied, or else put aside; and where the feed stands then."""
    found = (
        EntryProblem.UNREADABLE
        if entry.change is None
        else _effect(entry.position, entry.change, establishments=establishments, owners=owners, clock=clock)
    )
    if isinstance(found, EntryProblem):
        after, event = rules.put_aside(state, entry.position, found, at=clock.now())
        transaction.commit(feed.save(after, before=state, event=event))
        return False, after
    after = FeedState(entry.position, state.chain)
    transaction.commit(feed.save(after, before=state), *found)
    return True, after


def _effect(
    position: int,
    change: RegistryChange,
    *,
    establishments: Establishments,
    owners: OwnerReader,
    clock: Clock,
) -> list[Items] | EntryProblem:
    """The writes of an entry, or why there are none."""
    into = None
    if change.merged_into is not None:
        into = establishments.find(change.merged_into)
        if into is None:
            return EntryProblem.MERGED_INTO_UNKNOWN
    ids: list[str] = []
    items: list[Items] = []
    for owner in change.owners:
        identified = owners.identify(owner)
        if isinstance(identified, EntryProblem):
            return identified
        ids.append(identified[0])
        items.append(identified[1])
    before = establishments.find(change.unified_number)
    changed = rules.apply(before, change, owners=ids, position=position, at=clock.now())
    items.append(_saved(changed, establishments=establishments))
    if into is not None:
        absorbed = rules.absorb(into, change.unified_number, position=position, at=clock.now())
        items.append(_saved(absorbed, establishments=establishments))
    return items


def _saved(change: EstablishmentChange, *, establishments: Establishments) -> Items:
    return establishments.save(change.after, before=change.before, event=change.event)
