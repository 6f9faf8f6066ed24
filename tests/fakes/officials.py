"""Officials in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items
from ishtirak.officials.model import Official, OfficialChange, PendingInvitation, Standing, official_id
from ishtirak.officials.rules import standing_of
from tests.fakes.transaction import Write


@dataclass
class InMemoryOfficials:
    """The `Officials` and `Standings` ports on a dictionary."""

    kept: dict[str, Official] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    asked: int = 0

    def find(self, official_id: str) -> Official | None:
        return self.kept.get(official_id)

    def many(self, *, limit: int, after: str | None = None) -> Sequence[Official]:
        found = sorted(self.kept.values(), key=lambda official: official.id)
        return [official for official in found if after is None or official.id > after][:limit]

    def save(self, change: OfficialChange) -> Items:
        def apply() -> None:
            self.kept[change.after.id] = change.after
            self.events.append(change.event)

        return (Write.when(lambda: self.kept.get(change.after.id) == change.before, apply),)

    def of(self, person_id: str) -> Standing | None:
        self.asked += 1
        official = self.kept.get(official_id(person_id))
        return standing_of(official) if official else None


@dataclass
class InMemoryPendingInvitations:
    """The `PendingInvitations` port on a dictionary."""

    kept: dict[str, PendingInvitation] = field(default_factory=dict)

    def begin(self, invitation: PendingInvitation) -> Items:
        key = invitation.challenge_id
        return (Write.when(lambda: key not in self.kept, lambda: self.kept.update({key: invitation})),)

    def find(self, challenge_id: str) -> PendingInvitation | None:
        return self.kept.get(challenge_id)
