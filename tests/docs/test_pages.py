"""What the pages say can be done can be done, and what they point at is there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, commands, links, pages, prose, targets, text

READMES = ("README.md", "README.ar.md")
_TEST = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")
_PATH = re.compile(
    r"`((?:bench|docs|functions|infra|ishtirak|local|localcloud|requirements|tests|tools|workflows)/[\w./-]+)`"
)
_MODULE = re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)*)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_OTHERS = {"pytest"}  # modules that are not ours


def guarded(page: str) -> list[tuple[str, str]]:
    """The tests a page names, each with the file it is said to be in."""
    return _TEST.findall(text(page))


def anchors(path: Path) -> set[str]:
    """What a link into a page can name: its headings as a forge spells them, and anchors of its own."""
    read = path.read_text(encoding="utf-8")
    headings = (re.sub(r"[^\w\- ]", "", heading).strip().lower() for heading in _HEADING.findall(read))
    return {heading.replace(" ", "-") for heading in headings} | set(re.findall(r'<a id="([^"]+)"', read))


def test_there_are_pages_to_check() -> None:
    assert {*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"} <= set(pages())


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    broken = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("page", pages())
def test_every_path_a_page_names_exists(page: str) -> None:
    named = {path.rstrip(".") for path in _PATH.findall(prose(page))}

    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", pages())
def test_every_command_can_be_made(page: str) -> None:
    made = {word for command in commands(page) for word in re.findall(r"^make ([a-z]+)", command)}

    assert made <= targets()


@pytest.mark.parametrize("page", pages())
def test_every_make_target_in_a_sentence_exists(page: str) -> None:
    named = set(re.findall(r"`make ([a-z]+)`", prose(page)))

    assert named <= targets()


@pytest.mark.parametrize("page", pages())
def test_every_module_that_is_to_be_run_exists(page: str) -> None:
    named = set(_MODULE.findall(text(page))) - _OTHERS
    missing = set()
    for module in named:
        path = ROOT.joinpath(*module.split("."))
        if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
            missing.add(module)

    assert missing == set()


@pytest.mark.parametrize("page", READMES)
def test_a_readme_names_the_three_commands(page: str) -> None:
    assert commands(page)[:3] == ["make demo", "make test", "make up"]


def test_every_target_says_what_it_is_for() -> None:
    described = set(re.findall(r"^([a-z]+):.*?## \S", text("Makefile"), re.MULTILINE))

    assert described == targets()


def test_a_target_is_made_whatever_folders_there_are() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)

    assert phony is not None
    assert set(phony[1].split()) == targets()


def test_both_readmes_have_the_same_commands() -> None:
    assert commands("README.md") == commands("README.ar.md")


def test_both_readmes_guarantee_the_same_things() -> None:
    english, arabic = (guarded(page) for page in READMES)

    assert len(english) > 15
    assert english == arabic


@pytest.mark.parametrize("page", READMES)
def test_every_guarantee_is_held_by_a_test_that_exists(page: str) -> None:
    unheld = [
        (name, path)
        for name, path in guarded(page)
        if not re.search(rf"^\s*def {name}\(", text(path), re.MULTILINE)
    ]

    assert unheld == []


def test_the_arabic_readme_reads_from_right_to_left_and_its_commands_do_not() -> None:
    open_divs = 0
    for line in text("README.ar.md").splitlines():
        open_divs += line.count('<div dir="rtl"') - line.count("</div>")
        if line.startswith("```"):
            assert open_divs == 0, line
        elif re.search("[\u0621-\u064a]", line):
            assert open_divs == 1, line


def test_the_architecture_names_every_function_and_every_capability() -> None:
    page = text("docs/architecture.md")
    functions = {path.parent.name for path in (ROOT / "functions").glob("*/main.py")}
    packages = {path.parent.name for path in (ROOT / "ishtirak").glob("*/__init__.py")}
    table = page[page.index("## The functions") : page.index("## HTTP")]
    listed = {
        name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in row.split("`")[1::2]
    }

    assert functions == listed
    absent = {name for name in packages if not re.search(rf"^ishtirak/.*\b{name}\b", page, re.MULTILINE)}
    assert absent == set()


def test_the_changelog_keeps_its_form() -> None:
    versions = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    kinds = re.findall(r"^### (.+)$", text("CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", version) for version in versions[1:])
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_security_names_no_address_of_anybody() -> None:
    assert not re.search(r"\S@\S+\.\w", text("SECURITY.md"))
