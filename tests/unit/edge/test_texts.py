"""Everything a person may be told is written in Arabic and in English, once, alike in what it names."""

import importlib
import json
import pkgutil
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import functions
import ishtirak
from ishtirak.edge import texts
from ishtirak.edge.http.problems import _KINDS, Problem, problem_of
from ishtirak.edge.texts import LANGUAGES, codes, preferred, text
from ishtirak.kernel.errors import DomainError
from ishtirak.requests import rules, waits
from ishtirak.requests.model import RequestState
from ishtirak.requests.refusals import DocumentsMissing
from ishtirak.reviews import rules as review_rules

LOCALE = Path(texts.__file__).parent / "locale"
#: The tables and refusals say in English where they are written.
ARABIC_ONLY = "sources.json"
FILES = sorted(file.name for file in (LOCALE / "ar").glob("*.json") if file.name != ARABIC_ONLY)
#: A noun beside a number has the forms its language has; a phrase is a piece of a text.
FORMS = ("nouns", "phrases")
ARABIC = re.compile("[\u0621-\u064a]")
# what a person reads as it is written: names of formats, of the protocol's headers, and examples to copy
LATIN = {
    "JSON",
    "PDF",
    "JPEG",
    "PNG",
    "UTF",
    "Idempotency",
    "Key",
    "If",
    "Match",
    "ETag",
    "XXXXXXXX",
}


def everything(package: Any) -> Iterator[Any]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith(".main"):  # those read the environment
            yield importlib.import_module(module.name)


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every refusal our own code defines."""
    for child in kind.__subclasses__():
        if child.__module__.split(".")[0] in ("ishtirak", "functions"):
            yield child
        yield from refusals(child)


def read(language: str, name: str) -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads((LOCALE / language / name).read_text(encoding="utf-8"))
    return content


def leaves(entry: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(entry, dict):
        for name, value in entry.items():
            yield from leaves(value, (*path, name))
    else:
        assert isinstance(entry, str), path
        yield path, entry


def placeholders(template: str) -> Counter[str]:
    """The facts a text names; the grammatical case it wants them in is the language's own."""
    return Counter(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


@pytest.fixture(scope="module")
def known() -> dict[str, type[DomainError]]:
    for package in (ishtirak, functions):
        list(everything(package))
    return {kind.code: kind for kind in refusals() if "code" in vars(kind)}


def test_every_refusal_has_a_title_and_a_detail_in_both_languages(
    known: dict[str, type[DomainError]],
) -> None:
    assert len(known) > 60

    untold = {
        (language, code)
        for language in LANGUAGES
        for code in known
        if code not in codes(language, "problems")
        or not {"title", "detail"} <= texts._locale(language)["problems"][code].keys()
    }

    assert not untold


def test_no_text_is_of_a_refusal_nobody_makes(known: dict[str, type[DomainError]]) -> None:
    untold = codes("ar", "problems") - known.keys()

    assert untold == {"unknown"}


def test_no_two_refusals_share_a_code(known: dict[str, type[DomainError]]) -> None:
    kinds = [kind for kind in set(refusals()) if "code" in vars(kind)]

    shared = [code for code, count in Counter(kind.code for kind in kinds).items() if count > 1]

    assert shared == []


def test_both_languages_have_the_same_files() -> None:
    assert sorted(file.name for file in (LOCALE / "en").glob("*.json")) == FILES


@pytest.mark.parametrize("name", FILES)
def test_both_languages_tell_the_same_things_with_the_same_facts(name: str) -> None:
    contents = {language: read(language, name) for language in LANGUAGES}
    nouns = {language: content.pop("nouns", {}).keys() for language, content in contents.items()}
    arabic, english = (dict(leaves(contents[language])) for language in LANGUAGES)

    assert nouns["ar"] == nouns["en"]
    assert arabic.keys() == english.keys()
    assert {path: placeholders(told) for path, told in arabic.items()} == {
        path: placeholders(told) for path, told in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_told_in_two_files(language: str) -> None:
    told = Counter(
        (section, code)
        for name in FILES
        for section, entries in read(language, name).items()
        for code in entries
    )

    assert [place for place, count in told.items() if count > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_an_arabic_text_is_arabic(name: str) -> None:
    for path, told in leaves(read("ar", name)):
        words = re.sub(r"\{[^}]*\}", "", told)
        assert ARABIC.search(words) or path[0] in FORMS, path
        assert set(re.findall("[A-Za-z]+", words)) <= LATIN, path


@pytest.mark.parametrize("name", FILES)
def test_an_english_text_is_english(name: str) -> None:
    for path, told in leaves(read("en", name)):
        assert not ARABIC.search(told), path
        assert re.search("[A-Za-z]", told), path


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_tidy(language: str, name: str) -> None:
    for path, told in leaves(read(language, name)):
        assert told == told.strip(), path
        assert "  " not in told, path
        assert not re.search("[\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]", told), path


@pytest.mark.parametrize("section", ["problems", "rules"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_is_no_sentence_and_a_detail_is_one(language: str, section: str) -> None:
    for code in codes(language, section):
        entry = texts._locale(language)[section][code]
        assert not entry["title"].endswith("."), code
        assert entry["detail"].endswith((".", "؟", "?")), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_field_and_kind_of_mistake_has_its_text(language: str) -> None:
    assert {state.value for state in RequestState} <= codes(language, "states")
    assert set(_KINDS.values()) | {"wrong_type", "unknown"} <= codes(language, "fields")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_request_has_its_line_in_the_timeline(language: str) -> None:
    files = (rules.__file__, waits.__file__, review_rules.__file__)
    source = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    events = set(
        re.findall(
            r'"((?:Request|Data|Document|Declaration|Employer|Review|SecondReview|Attention)[A-Za-z]+)"',
            source,
        )
    )

    assert len(events) > 15
    assert events <= codes(language, "events")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", ["problems", "fields", "states", "events", "rules"])
def test_a_code_nobody_wrote_a_text_for_is_told_somehow(language: str, section: str) -> None:
    part = "title" if section in ("problems", "rules") else None

    assert text(language, section, "NoSuchCode", part)


def test_a_missing_fact_leaves_a_dash_and_a_fact_is_never_a_template() -> None:
    assert "—" in text("en", "problems", "too_many_open_requests", "detail")
    told = text("en", "problems", "too_many_open_requests", "detail", {"limit": "{limit.__class__}"})
    assert "{limit.__class__}" in told


@pytest.mark.parametrize(
    ("amount", "told"), [(0, "0.00"), (5, "0.05"), (100, "1.00"), (123_456_789, "1,234,567.89")]
)
def test_an_amount_is_told_in_riyals(amount: int, told: str) -> None:
    assert told in text("en", "rules", "wage_cut_to_maximum", "detail", {"halalas": amount})


@pytest.mark.parametrize(
    ("rate", "told"), [(975, "9.75%"), (900, "9%"), (1_000, "10%"), (75, "0.75%"), (5, "0.05%")]
)
def test_a_rate_is_told_in_per_cent(rate: int, told: str) -> None:
    assert told in text("en", "rules", "rate", "detail", {"employee": rate})


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("ar", "المستندات الناقصة: عقد العمل (أو عرض العمل الموقّع) وقسيمة الراتب."),
        ("en", "Still needed: Employment contract (or signed offer) and Payslip."),
    ],
)
def test_missing_documents_are_named_in_the_readers_language(language: str, named: str) -> None:
    refusal = DocumentsMissing(kinds="EMPLOYMENT_CONTRACT, PAYSLIP")

    problem = problem_of(refusal, language=language, trace_id="t")

    assert problem.detail == named


def test_what_is_no_kind_of_a_document_stays_as_it_is() -> None:
    assert text("en", "problems", "documents_missing", "detail") == "Still needed: —."
    told = text("en", "problems", "documents_missing", "detail", {"kinds": "PAYSLIP, SOMETHING_NEW"})
    assert told == "Still needed: Payslip and SOMETHING_NEW."


def test_a_problem_tells_its_rule_where_one_refuses() -> None:
    class OfARule(DomainError):
        code = "outside_the_window"
        rule = "REG-04"
        source = "art. 1"

    problem = problem_of(OfARule(), language="en", trace_id="t")

    assert isinstance(problem, Problem)
    assert (problem.rule, problem.source) == ("REG-04", "art. 1")


def test_long_wishes_cost_nothing() -> None:
    assert preferred("en;q=0.5," * 100_000) == "en"
