"""The in-memory fake of the directory of persons, held to the port's shared suite, and somebody to put into it."""

from collections.abc import Iterable
from typing import Any

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import PersonNumber, person_number
from ishtirak.kernel.insurance import Sex
from ishtirak.register.person import Person


class InMemoryDirectory:
    """Knows the people it was given. `down = True` makes it unavailable."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people = {
            number: person
            for person in people
            for number in (person.identity, person.border_number)
            if number is not None
        }
        self.down = False

    def find(self, identity: PersonNumber) -> Person | None:
        if self.down:
            raise Unavailable(agency="absher", reason="down")
        return self._people.get(identity)


def a_person(identity: str = "1000000016", **facts: Any) -> Person:
    values: dict[str, Any] = {
        "identity": person_number(identity),
        "name_ar": "سارة التجريبية",
        "name_en": "Sara At-Tajribiyah",
        "birth_date": CivilDate.parse("2001-05-20"),
        "nationality": "SA",
        "sex": Sex.FEMALE,
        "mobile": None,
    }
    return Person(**(values | facts))
