"""How a person is shown to whoever has to recognise them, and to know no more."""

from typing import Annotated, Self

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.kernel.value import Value
from ishtirak.register.people import Contributor


class RecognisedPerson(Value):
    """The person, as far as who appoints or invites them has to recognise them."""

    masked_identity: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(
        description="The last four digits; the rest is hidden"
    )
    name_ar: Annotated[str, FieldGroup.NAME]
    name_en: Annotated[str, FieldGroup.NAME]

    @classmethod
    def of(cls, person: Contributor) -> Self:
        return cls(masked_identity=person.masked_identity, name_ar=person.name_ar, name_en=person.name_en)
