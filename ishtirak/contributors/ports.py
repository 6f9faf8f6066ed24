"""What contributors ask of the outside."""

from typing import Protocol

from ishtirak.contributors.model import Person
from ishtirak.kernel.identity import IdentityNumber


class Directory(Protocol):
    """دليل الأشخاص (Absher): the one source of names, birth dates and registered mobiles."""

    def find(self, identity: IdentityNumber) -> Person | None:
        """The person with this number, or None when the directory says there is nobody.

        Raises `Unavailable` whenever it is not certain which of the two is true: an answer that is late,
        garbled or about somebody else is no answer.
        """
