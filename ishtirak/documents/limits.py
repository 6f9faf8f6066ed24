"""How large what a file holds may become when a viewer opens it, and how long a scan may take: dated data."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from ishtirak.kernel.dated import Entry, Table, read_table
from ishtirak.kernel.value import Value


class InspectionLimits(Value):
    """The limits in force. Bytes are those after every filter; a ratio is of them to the bytes in the file."""

    stream_bytes: int = Field(gt=0)
    document_bytes: int = Field(gt=0)
    expansion_ratio: int = Field(gt=0)
    ratio_free_bytes: int = Field(gt=0)
    stream_filters: int = Field(gt=0)
    drawn_bytes: int = Field(gt=0)
    picture_pixels: int = Field(gt=0)
    document_pixels: int = Field(gt=0)
    drawn_pixels: int = Field(gt=0)
    picture_scans: int = Field(gt=0)
    metadata_bytes: int = Field(gt=0)
    pages: int = Field(gt=0)
    scan_overdue_minutes: int = Field(gt=0)


@dataclass(frozen=True, kw_only=True)
class InspectionLimitTable(Table[int]):
    """The limits through time, by their names in `InspectionLimits`."""

    keys: ClassVar = {"name": InspectionLimits.model_fields}

    entries: tuple[Entry[int], ...]


@cache
def all_limits() -> InspectionLimitTable:
    """Every limit there was, read once per process."""
    return read_table(Path(__file__).parent / "tables" / "limits.json", InspectionLimitTable)


def limits_on(day: date) -> InspectionLimits:
    """The limits in force on a day."""
    values = {name: all_limits().at(day, name=name).value for name in InspectionLimits.model_fields}
    return InspectionLimits.model_validate(values)
