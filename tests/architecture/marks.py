"""What there is to say of the fields of answers: which groups they are in, and which could be and are not."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel

from ishtirak.edge.groups import FieldGroup, Marks, Withheld, models_in, nothing_for

PERSONAL: Final = re.compile(
    r"(?:^|_)(?:names?|worker|person|identity|mobile|phone|birth|by|note|wages?|salary|officer|official|"
    r"token|secret|password|recovery)(?:_|$)"
)
NOT_ABOUT_PEOPLE: Final = {
    "ServiceFacts.name": "the name of the service",
    "DocumentFact.satisfied_by": "kinds of facts",
    "DocumentFact.satisfied_by_texts": "kinds of facts",
    "MyEstablishment.name_ar": "an establishment's name",
    "MyEstablishment.name_en": "an establishment's name",
    "ComplianceContent.name_ar": "an establishment's name",
    "ComplianceContent.name_en": "an establishment's name",
    "DataReading.name_ar": "an establishment's name",
    "DataReading.name_en": "an establishment's name",
    "ListReadings.name_ar": "an establishment's name",
    "ListReadings.name_en": "an establishment's name",
    "EstablishmentFileView.name_ar": "an establishment's name",
    "EstablishmentFileView.name_en": "an establishment's name",
    "MyDelegationView.name_ar": "an establishment's name",
    "MyDelegationView.name_en": "an establishment's name",
    "MyDelegationView.answer_by": "a deadline",
    "DelegationView.answer_by": "a deadline",
    "DelegationEntry.by_delegate": "which side it was",
    "OfficialView.official_id": "what the operation is about",
    "ListedOfficial.official_id": "what the operation is about",
    "ListedOfficial.person": "whose fields are marked themselves",
    "Case.establishment_name": "an establishment's name",
    "BillView.establishment_name": "an establishment's name",
    "QueueEntry.claimed_by_me": "of the reader alone",
    "WaitingDecisionView.proposed_by_me": "of the reader alone",
    "ClaimView.reply_by": "a deadline",
    "FactorsView.recovery_codes_left": "a count",
    "SignedIn.token_type": "the scheme",
}
"""Fields that are called as if they were about somebody, and why they are not."""


def unmarked(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> Iterator[str]:
    """Every field called as if it told something of a person, that is in no group and under no field that is."""
    for name, field in model.model_fields.items():
        if any(isinstance(mark, FieldGroup) for mark in field.metadata):
            continue
        if PERSONAL.search(name):
            yield f"{model.__name__}.{name}"
        for part in models_in(field.annotation):
            if part not in seen:
                yield from unmarked(part, seen | {model})


def groups_in(marks: Marks) -> frozenset[FieldGroup]:
    """Every group that is met in an answer."""
    none: frozenset[FieldGroup] = frozenset()
    return none.union(
        *(groups_in(each.under) for each in marks.values()),
        {each.group for each in marks.values() if each.group},
    )


def require_withholdable(model: type[BaseModel], withheld: Withheld) -> None:
    """Raise `MarkingError` for a field that is to be left out and cannot be empty."""
    for name, under in withheld.items():
        field = model.model_fields.get(name)
        if field is None:
            continue  # of another arm of the union
        if under is None:
            nothing_for(field, f"{model.__name__}.{name}")
        else:
            for part in models_in(field.annotation):
                require_withholdable(part, under)
