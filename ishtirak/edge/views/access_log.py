"""The access log as a person reads it: which establishment, when, what and why; never which of its officers."""

from datetime import date

from pydantic import Field

from ishtirak.disclosure.model import AccessRecord, ReadMatter, RevealReason
from ishtirak.edge.pagination import NextPage
from ishtirak.edge.texts import text
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.value import Value
from ishtirak.use_cases.read_access_log import PersonsAccessLog


class DataReading(Value):
    """That an establishment read something of the caller."""

    establishment: EstablishmentNumber
    name_ar: str | None
    name_en: str | None
    at: str
    matter: ReadMatter
    matter_text: str
    reason_code: RevealReason | None = Field(description="Why it was revealed; null where nothing was")
    reason_text: str | None
    reason: str | None = Field(description="The reason in the establishment's own words")


class ListReadings(Value):
    """That an establishment read the list the caller is in: on which day, and how many pages of it."""

    establishment: EstablishmentNumber
    name_ar: str | None
    name_en: str | None
    day: date
    pages: int


class AccessLogView(Value):
    """The log, latest first. Readings of lists are counted by day."""

    readings: list[DataReading]
    lists: list[ListReadings]
    next: NextPage

    @classmethod
    def of(cls, found: PersonsAccessLog, *, language: str) -> "AccessLogView":
        def reading(record: AccessRecord) -> DataReading:
            known = found.establishments.get(record.establishment)
            code = record.reason_code
            return DataReading(
                establishment=record.establishment,
                name_ar=known.name_ar if known else None,
                name_en=known.name_en if known else None,
                at=record.at,
                matter=record.matter,
                matter_text=text(language, "read_matters", record.matter),
                reason_code=code,
                reason_text=text(language, "reveal_reasons", code) if code else None,
                reason=record.reason,
            )

        return cls(
            readings=[reading(record) for record in found.records.items],
            lists=[
                ListReadings(
                    establishment=each.establishment,
                    name_ar=known.name_ar if known else None,
                    name_en=known.name_en if known else None,
                    day=each.day,
                    pages=each.pages,
                )
                for each in found.lists
                for known in (found.establishments.get(each.establishment),)
            ],
            next=found.records.next,
        )
