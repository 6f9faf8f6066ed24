"""The dated periods, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ishtirak.kernel.dated import Entry, Table, TableSet
from ishtirak.kernel.value import Value

Count = Annotated[int, Field(strict=True, ge=1)]


class DocumentEnd(StrEnum):
    """What became of the request a document belongs to, or of the document itself, so that its purpose ended."""

    UNSUBMITTED = "UNSUBMITTED"
    REMOVED = "REMOVED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"
    BILLED = "BILLED"


class AnswerPeriod(Value):
    """How many days there are for an answer, and how many more with a notice."""

    days: Count
    extension_days: Count


class DocumentDays(Value):
    """How many days a document is kept, and kinds that are kept for another time."""

    days: Count
    by_kind: Mapping[str, Count] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Periods(Table[int]):
    """A period through time, in the unit its table is named for."""

    entries: tuple[Entry[Count], ...]


@dataclass(frozen=True, kw_only=True)
class AnswerPeriods(Table[AnswerPeriod]):
    entries: tuple[Entry[AnswerPeriod], ...]


@dataclass(frozen=True, kw_only=True)
class DocumentPeriods(Table[DocumentDays]):
    keys: ClassVar = {"end": DocumentEnd}

    entries: tuple[Entry[DocumentDays], ...]


@dataclass(frozen=True, kw_only=True)
class Lifetimes(Table[tuple[int, ...]]):
    entries: tuple[Entry[tuple[Count, ...]], ...]


class PrivacyTables(TableSet):
    """Everything the rules read, loaded and checked as one."""

    breach_notice_hours: Periods
    rights_answer: AnswerPeriods
    processing_record_years: Periods
    access_log_months: Periods
    document_days: DocumentPeriods
    document_lifetimes: Lifetimes


@cache
def privacy_tables() -> PrivacyTables:
    """Every table, read once per process."""
    return PrivacyTables.read(Path(__file__).with_name("tables"))
