"""Every text of both languages, filled with facts of every kind the code gives, is fit to be read."""

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pytest

from ishtirak.documents.labels import LABELS as DOCUMENT_LABELS
from ishtirak.documents.model import DocumentCase, DocumentKind, DocumentState
from ishtirak.edge import texts
from ishtirak.edge.cldr import plural_categories
from ishtirak.edge.texts import LANGUAGES, cited, codes, rendered, text
from ishtirak.edge.views.requests import estimate_of
from ishtirak.kernel.dates import Calendar
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.insurance import Law, Nationality, Route, Sector, System
from ishtirak.kernel.interest import Relation
from ishtirak.statute.model import Branch
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.rules import assess
from tests.unit.edge import given
from tests.unit.edge.explained import CLAIMS, EXPLAINED_BY, explanations
from tests.unit.edge.faults import ACRONYMS, STANDARDS, faults
from tools.reference.errors import refusals as known_refusals
from tools.reference.statute import files as dated_files

ROOT: Final = Path(texts.__file__).parents[2]
LOCALE: Final = Path(texts.__file__).parent / "locale"
DECLARED: Final[dict[str, dict[str, dict[str, str]]]] = json.loads((LOCALE / "facts.json").read_text("utf-8"))
CASES: Final = {"", "oblique"}
MOST_COMBINATIONS: Final = 1_000
COUNTS: Final = (0, 1, 2, 3, 10, 11, 99, 100, 103, 1_000)
#: A fact of each kind, in every form that is written differently.
SAMPLES: Final[Mapping[str, tuple[Fact, ...]]] = {
    "amount": (0, 1, 150_000, 4_500_000, 123_456_789),
    "count": COUNTS,
    "day": ("2025-07-31", "2024-02-29", "1900-01-01"),
    "document_kinds": (*DocumentKind, ", ".join(list(DocumentKind)[:2]), ", ".join(DocumentKind)),
    "duration": (1, 2, 3, 60, 120, 900, 3_600, 86_400),
    "end": ("2025-07-31", None),
    "month": tuple(f"2025-{month:02}" for month in range(1, 13)),
    "month_number": tuple(range(1, 13)),
    "percent": (0, 50, 100),
    "rate": (0, 75, 200, 975, 1_000),
    "verbatim": ("7000000001", "9"),
}
CODES: Final[Mapping[str, type[StrEnum]]] = {
    "branch": Branch,
    "calendar": Calendar,
    "document_case": DocumentCase,
    "relation": Relation,
    "document_state": DocumentState,
    "law": Law,
    "nationality": Nationality,
    "route": Route,
    "sector": Sector,
    "system": System,
}


def nouns() -> frozenset[str]:
    return codes("ar", "nouns")


def kinds() -> frozenset[str]:
    return frozenset(texts.KINDS) | frozenset(texts.LABELS) | nouns() | {"duration"}


def samples(kind: str) -> tuple[Fact, ...]:
    if kind in nouns():
        return COUNTS
    if kind in texts.LABELS:
        return tuple(sorted(codes("en", texts.LABELS[kind]) - {"unknown"}))
    return SAMPLES[kind]


def everything(language: str) -> Iterator[tuple[str, str, str | None, str]]:
    """Every text there is: section, code, part and template."""
    for section, entries in texts._locale(language).items():
        if section in ("nouns", "phrases", "sources"):
            continue
        for code, entry in entries.items():
            for part, template in entry.items() if isinstance(entry, dict) else [(None, entry)]:
                yield section, code, part, template


def named(template: str) -> list[tuple[str, str]]:
    """The placeholders of a template, each with the case it asks for."""
    return [(match[1], match[2] or "") for match in texts._PLACEHOLDER.finditer(template)]


def facts_named(template: str) -> set[str]:
    """The facts a template needs: its placeholders, and what its phrases are made of."""
    return set(itertools.chain(*(texts.PHRASES.get(name, (None, (name,)))[1] for name, _ in named(template))))


def filled(section: str, code: str) -> Iterator[dict[str, Fact]]:
    """Facts for a code: every sample of each of its kinds, and every combination where they are not too many."""
    declared = DECLARED.get(section, {}).get(code, {})
    of = {name: samples(kind) for name, kind in declared.items() if kind != "log"}
    if math.prod(map(len, of.values())) <= MOST_COMBINATIONS:
        yield from (dict(zip(of, values, strict=True)) for values in itertools.product(*of.values()))
        return
    for turn in range(max(len(values) for values in of.values())):
        yield {name: values[turn % len(values)] for name, values in of.items()}


def strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact that is absent, or not of its kind, fails instead of being shown as it is."""

    def written(write: Callable[..., str], *facts: Any) -> str:
        assert None not in facts
        return write(*facts)

    monkeypatch.setattr(texts, "_written", written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_with_every_fact_is_fit_to_be_read(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    strictly(monkeypatch)
    found = {}
    rendered_texts = 0
    for section, code, part, _ in everything(language):
        for facts in filled(section, code):
            told = text(language, section, code, part, facts)
            rendered_texts += 1
            if wrong := faults(language, told, allowed=ACRONYMS | {"2026-11"}):
                found[section, code, part, told] = wrong

    assert found == {}
    assert rendered_texts > 600


def test_the_faults_of_a_text_are_noticed() -> None:
    spoilt = {
        "المدة من 1 يناير 2025 إلى None.": "None",
        "نسبة الاشتراك (ANNUITIES).": "a code or an English word",
        "في Ramadan 1446.": "an English month",
        "الحد الأعلى — للطلب.": "a fact that is absent",
        "اكتب {name}.": "a brace",
        "شهر 2025-07.": "a date for programs",
        "الأجر, ثم المدة.": "a Latin comma, semicolon or question mark",
        "البيانات (not_utf8).": "a code",
    }

    assert {
        told: sign in faults("ar", told, allowed=ACRONYMS) for told, sign in spoilt.items()
    } == dict.fromkeys(spoilt, True)
    assert faults("ar", "الحد الأعلى 45,000.00 ريال عن شهر يوليو 2025.", allowed=ACRONYMS) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_names_declared_facts_only_and_none_that_is_for_the_log(language: str) -> None:
    wrong = []
    for section, code, part, template in everything(language):
        declared = DECLARED.get(section, {}).get(code, {})
        wrong += [
            (section, code, part, name)
            for name in facts_named(template)
            if declared.get(name, "log") == "log"
        ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_arabic_asks_for_another_case_and_only_of_what_is_counted(language: str) -> None:
    for section, code, _, template in everything(language):
        for name, case in named(template):
            kind = DECLARED.get(section, {}).get(code, {}).get(name, "")
            assert case in CASES, (section, code)
            assert not case or (language == "ar" and (kind in nouns() or kind == "duration")), (section, code)


def test_every_fact_has_a_kind_there_is() -> None:
    declared = {
        kind for section in DECLARED.values() for facts in section.values() for kind in facts.values()
    }

    assert declared <= kinds()
    unused = {"hours", "seconds", "law"}  # the parts of a duration; and a code no text has yet
    assert kinds() - declared <= unused


def test_facts_are_declared_of_codes_that_have_a_text() -> None:
    assert [(s, c) for s, of in DECLARED.items() for c in of if c not in codes("ar", s)] == []


def test_every_refusal_gives_the_facts_that_are_declared() -> None:
    found = given.refusals()

    differing = {
        code: (set().union(*found.get(code, [])), set(DECLARED["problems"].get(code, {})))
        for code in known_refusals()
        if set().union(*found.get(code, [])) != set(DECLARED["problems"].get(code, {}))
    }

    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_wherever_something_is_refused_its_text_has_all_its_facts(language: str) -> None:
    found = {"problems": given.refusals(), "fields": given.value_errors()}
    lacking = [
        (code, facts_named(template) - names)
        for section, code, _, template in everything(language)
        for names in found.get(section, {}).get(code, [])
        if facts_named(template) - names
    ]

    assert lacking == []


def test_every_value_that_is_none_gives_the_facts_that_are_declared() -> None:
    found = {code: set().union(*names) for code, names in given.value_errors().items()}

    assert len(found) > 15
    assert {code: names for code, names in found.items() if names} == {
        code: set(facts) for code, facts in DECLARED["fields"].items()
    }


def test_every_rule_gives_the_facts_that_are_declared_and_they_are_of_their_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strictly(monkeypatch)
    found = explanations()

    assert set(found) == codes("ar", "rules") - {"unknown"}
    for code, met in found.items():
        for one in met:
            assert one.facts.keys() == DECLARED["rules"].get(code, {}).keys(), code
            for language in LANGUAGES:
                told = text(language, "rules", code, "detail", one.facts)
                assert faults(language, told, allowed=ACRONYMS) == [], told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_shows_every_figure_it_looked_at(language: str) -> None:
    of_rules = [(code, "rules") for code in explanations()]
    refused = [(kind.code, "problems") for kind in known_refusals().values() if issubclass(kind, RuleRefused)]
    hidden = {}
    for code, section in of_rules + refused:
        shown = facts_named(texts._locale(language)[section][code]["detail"])
        inputs = {name for name, kind in DECLARED[section].get(code, {}).items() if kind != "log"}
        if inputs - shown:
            hidden[code] = inputs - shown

    assert len(refused) >= 20
    assert hidden == {}


def test_a_rule_that_refuses_says_where_it_is_written() -> None:
    assert [code for code, kind in known_refusals().items() if bool(kind.rule) != bool(kind.source)] == []


def test_every_source_has_its_arabic_and_no_arabic_is_left_over() -> None:
    tables = [json.loads(path.read_text("utf-8"))["entries"] for path in dated_files()]
    sources = {entry["source"] for entries in tables for entry in entries}
    sources |= {kind.source for kind in known_refusals().values() if kind.source}
    sources |= {one.source for met in explanations().values() for one in met}

    assert {source for source in sources if cited("ar", source) == source} == set()
    assert codes("ar", "sources") - sources == set()
    assert {source for source in sources if faults("ar", cited("ar", source), allowed=STANDARDS)} == set()
    assert all(re.search("[\u0621-\u064a]", cited("ar", source)) for source in sources)
    assert all(cited("en", source) == source for source in sources)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_estimate_rests_on_is_told_with_title_text_rule_and_source(language: str) -> None:
    for asked in CLAIMS:
        answer = assess(asked, tables=EXPLAINED_BY, as_of=asked.requested_on)

        told = estimate_of(answer, language=language).explanations

        assert len(told) == len(answer.applied) + len(answer.needs_decision)
        for one in told:
            assert one.rule
            assert one.title != text(language, "rules", "unknown", "title")
            assert faults(language, f"{one.title}. {one.text}", allowed=ACRONYMS) == []
            assert bool(re.search("[\u0621-\u064a]", one.source)) == (language == "ar")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(CODES))
def test_every_code_has_its_label(language: str, kind: str) -> None:
    told = {code: rendered(language, kind, code) for code in CODES[kind]}

    assert len(set(told.values())) == len(told)
    assert [label for label in told.values() if faults(language, label, allowed=ACRONYMS)] == []


def test_every_kind_of_code_is_one_somebody_checks() -> None:
    assert {*CODES, "malformed_reason"} == set(texts.LABELS)
    assert given.constants_given("Malformed", "reason") == codes("ar", "malformed_reasons")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_has_every_form_its_language_counts_in(language: str) -> None:
    for noun in nouns():
        forms = texts._locale(language)["nouns"][noun]
        expected = {*plural_categories(language), *(["two_oblique"] if language == "ar" else [])}
        assert set(forms) == expected, noun
        assert all(forms[category].count("{n}") == 1 for category in ("other",)), noun


@pytest.mark.parametrize(
    ("count", "plain", "oblique"),
    [
        (0, "0 يوم", "0 يوم"),
        (1, "يوم واحد", "يوم واحد"),
        (2, "يومان", "يومين"),
        (3, "3 أيام", "3 أيام"),
        (10, "10 أيام", "10 أيام"),
        (11, "11 يومًا", "11 يومًا"),
        (99, "99 يومًا", "99 يومًا"),
        (100, "100 يوم", "100 يوم"),
        (103, "103 أيام", "103 أيام"),
        (1_000, "1,000 يوم", "1,000 يوم"),
    ],
)
def test_a_count_takes_its_noun_in_the_form_arabic_asks_for(count: int, plain: str, oblique: str) -> None:
    assert rendered("ar", "days", count) == plain
    assert rendered("ar", "days", count, case="oblique") == oblique


@pytest.mark.parametrize(
    ("until", "arabic", "english"),
    [
        ("2025-07", "شهر يوليو 2025", "July 2025"),
        ("2025-08", "شهري يوليو 2025 وأغسطس 2025", "July 2025 and August 2025"),
        ("2026-01", "الأشهر من يوليو 2025 إلى يناير 2026", "July 2025 to January 2026"),
    ],
)
def test_one_month_is_not_told_as_a_range(until: str, arabic: str, english: str) -> None:
    facts: dict[str, Fact] = {"from_month": "2025-07", "until_month": until}

    assert f"عن {arabic}." in text("ar", "rules", "allowances_not_counted", "detail", facts)
    assert f"for {english}." in text("en", "rules", "allowances_not_counted", "detail", facts)


@pytest.mark.parametrize("section", ["overlaps_recorded_period", "period_overlaps"])
def test_a_period_without_an_end_is_still_going_on(section: str) -> None:
    facts: dict[str, Fact] = {"establishment": "7000000001", "starts_on": "2025-01-01", "ends_on": None}

    assert "من 1 يناير 2025 ولا تزال قائمة" in text("ar", "problems", section, "detail", facts)
    assert "from 1 January 2025 (still going on)" in text("en", "problems", section, "detail", facts)


def test_a_hijri_month_is_told_by_its_own_name() -> None:
    facts: dict[str, Fact] = {"calendar": "HIJRI", "month": 9, "year": 1446, "length": 29}

    assert text("ar", "fields", "civil_date_day", None, facts) == "عدد أيام الشهر 29 يومًا (رمضان 1446)."
    assert text("en", "fields", "civil_date_day", None, facts) == "Ramadan 1446 has 29 days."
    gregorian = facts | {"calendar": "GREGORIAN", "month": 2, "year": 2025, "length": 28}
    assert "(فبراير 2025)" in text("ar", "fields", "civil_date_day", None, gregorian)


@pytest.mark.parametrize(
    ("seconds", "arabic", "english"),
    [
        (1, "ثانية واحدة", "1 second"),
        (60, "60 ثانية", "60 seconds"),
        (119, "119 ثانية", "119 seconds"),
        (121, "3 دقائق", "3 minutes"),
        (900, "15 دقيقة", "15 minutes"),
        (7_200, "ساعتين", "2 hours"),
        (86_400, "24 ساعة", "24 hours"),
    ],
)
def test_a_wait_is_told_in_units_people_count_in_and_never_too_short(
    seconds: int, arabic: str, english: str
) -> None:
    facts: dict[str, Fact] = {"retry_after": seconds}

    assert text("ar", "problems", "too_many", "detail", facts) == f"أعد المحاولة بعد {arabic}."
    assert text("en", "problems", "too_many", "detail", facts) == f"Try again in {english}."


@pytest.mark.parametrize(
    ("kind", "fact"), [("day", "soon"), ("month", "2025"), ("branch", "NEW_ONE"), ("amount", "x")]
)
def test_a_fact_that_is_not_of_its_kind_costs_nobody_the_answer(kind: str, fact: str) -> None:
    assert rendered("ar", kind, fact) == fact


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_of_documents_are_told_in_words(language: str) -> None:
    labels = [DOCUMENT_LABELS[kind][language] for kind in DocumentKind]

    assert len(set(labels)) == len(labels)
    assert [label for label in labels if faults(language, label, allowed=ACRONYMS)] == []
