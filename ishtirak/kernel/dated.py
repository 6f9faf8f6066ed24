"""Dated data: values with the day they came into force, whom they apply to, their source, and whether they are assumed.

One form of file for all of them, read and checked here and nowhere else: `{"name", "title", "entries": [{...}]}`, each
entry with the fields of `Entry`. Code repeats none of the values; what a table does not hold is refused, never guessed.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from ishtirak.kernel.value import Value

_FORM = ConfigDict(extra="forbid")


class NotInForce(LookupError):
    """No entry of a table is in force on a day for what was asked."""

    def __init__(self, table: str, *, day: date, keys: Mapping[str, str]) -> None:
        asked = " ".join(f"{key}={value}" for key, value in keys.items())
        super().__init__(f"{table}: nothing in force on {day} {asked}".rstrip())
        self.table = table
        self.day = day
        self.keys = keys


@dataclass(frozen=True, kw_only=True)
class Entry[Held]:
    """One value, from one day on. `applies_to` sets the keys it is for; a key it leaves out means whichever."""

    __pydantic_config__: ClassVar = _FORM

    in_force_from: Annotated[date, Field(strict=True)]
    applies_to: Mapping[str, str] = field(default_factory=dict)
    value: Held
    source: Annotated[str, Field(min_length=3)]
    assumed: bool = False
    note: str = ""

    def covers(self, asked: Mapping[str, str]) -> bool:
        """Whether what is asked has every key this sets; a key that is not asked covers nothing."""
        return self.applies_to.items() <= asked.items()

    def may_overlap(self, other: "Entry[Any]") -> bool:
        """Whether one case could be covered by both."""
        return all(other.applies_to.get(key, value) == value for key, value in self.applies_to.items())


@dataclass(frozen=True, kw_only=True)
class Table[Held]:
    """All the values of one kind through time. Two entries never apply to one case on one day; of one case, the oldest
    stands first.
    """

    __pydantic_config__: ClassVar = _FORM
    keys: ClassVar[Mapping[str, Container[str]]] = {}
    """The keys an entry may set, each with its values; a capability that has some names them in a subclass."""

    name: str
    title: str
    entries: tuple[Entry[Held], ...]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "entries" not in vars(cls).get("__annotations__", {}):
            # pydantic does not carry the held type into inherited fields: values would pass unchecked
            raise TypeError(f"{cls.__name__} has to declare its entries")

    def __post_init__(self) -> None:
        for entry in self.entries:
            for key, value in entry.applies_to.items():
                if value not in self.keys.get(key, ()):
                    raise ValueError(f"{self.name}: nothing is known of {key} {value}")
        for one, other in combinations(self.entries, 2):
            if not one.may_overlap(other):
                continue
            if one.applies_to != other.applies_to or one.in_force_from == other.in_force_from:
                raise ValueError(f"{self.name}: two entries of {other.in_force_from} apply to one case")
            if one.in_force_from > other.in_force_from:
                raise ValueError(f"{self.name}: the entry of {other.in_force_from} is out of order")

    def at(self, day: date, **keys: str) -> Entry[Held]:
        """The entry in force on that day for those keys, the youngest that has come into force; else `NotInForce`."""
        found = self.find(day, **keys)
        if found is None:
            raise NotInForce(self.name, day=day, keys=keys)
        return found

    def find(self, day: date, **keys: str) -> Entry[Held] | None:
        """The same, or nothing."""
        youngest_first = reversed(self.entries)
        return next((one for one in youngest_first if one.in_force_from <= day and one.covers(keys)), None)


def read_table[Form: Table[Any]](path: Path, form: type[Form]) -> Form:
    """The table in a file; one that is unsourced, contradictory or of another form fails here."""
    return TypeAdapter(form).validate_json(path.read_bytes())


class TableSet(Value):
    """Tables that are read and checked as one: each field `name: Table[Held]` is the file `<name>.json`."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Every table of a folder; a missing one fails here."""
        files = (f'"{name}":{(folder / f"{name}.json").read_text("utf-8")}' for name in cls.model_fields)
        return cls.model_validate_json(f"{{{','.join(files)}}}")

    @model_validator(mode="after")
    def _named_as_its_file(self) -> Self:
        for name in type(self).model_fields:
            if getattr(self, name).name != name:
                raise ValueError(f"{name}: the table calls itself {getattr(self, name).name}")
        return self
