"""The in-memory twin of the directory of persons, held to the port's shared suite."""

from collections.abc import Iterable

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.register.person import Person


class InMemoryDirectory:
    """Knows the people it was given. `down = True` makes it unavailable."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people = {person.identity: person for person in people}
        self.down = False

    def find(self, identity: IdentityNumber) -> Person | None:
        if self.down:
            raise Unavailable(agency="absher", reason="down")
        return self._people.get(identity)
