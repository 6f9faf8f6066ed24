"""The structure keeps its measures: everything the system does has an address, and no package is overfull."""

from collections.abc import Callable

import pytest

from tests.architecture import house
from tests.architecture.sources import ROOT, length, sources

FUNCTIONS = house.function_names()
#: Operations and workers that are no use case, each with the reason; there are none.
EXCEPTIONS: dict[str, str] = {}


def test_the_figures(report: Callable[[str], None]) -> None:
    for line in house.report().splitlines():
        report(line)

    assert len(FUNCTIONS) >= 23
    assert len(house.operations()) >= 46
    assert len(house.workers()) >= 8


@pytest.mark.parametrize("operation", sorted(house.operations()))
def test_every_operation_is_a_use_case_of_its_name(operation: str) -> None:
    assert operation in house.use_cases() or operation in EXCEPTIONS


@pytest.mark.parametrize("function", house.workers())
def test_every_worker_hands_its_messages_to_one_use_case(function: str) -> None:
    called = house.called_by(function)

    assert len(called) == 1 or function in EXCEPTIONS
    assert set(called) <= house.use_cases().keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_names_nothing_but_use_cases_that_exist(function: str) -> None:
    called = house.called_by(function)

    assert called
    assert set(called) <= house.use_cases().keys()


@pytest.mark.parametrize("use_case", sorted({*house.operations(), *house.worked()}))
def test_every_act_is_called_in_memory_without_http(use_case: str) -> None:
    """By a unit test, which opens no socket and imports no cloud."""
    assert house.tested_in_memory(use_case)


def test_an_exception_is_needed_and_says_why() -> None:
    unaddressed = {name for name in house.operations() if name not in house.use_cases()}
    unaddressed |= {name for name in house.workers() if len(house.called_by(name)) != 1}

    assert EXCEPTIONS.keys() <= unaddressed
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_read_at_a_glance(function: str) -> None:
    built = house.build(function)

    assert house.lines(house.handler(function)) <= house.LONGEST_HANDLER
    assert built is not None
    assert length(built) <= house.LONGEST_BUILD


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_decides_nothing(function: str) -> None:
    assert house.branches(house.handler(function)) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_five_files_and_its_sample_events(function: str) -> None:
    held = {path.name for path in (ROOT / "functions" / function).iterdir()} - {"__pycache__"}

    assert held == house.FOLDER


def test_no_product_file_is_overfull() -> None:
    assert house.long_files() == {}


def test_no_function_is_longer_than_a_page() -> None:
    assert house.long_functions() == {}


def test_the_formatter_is_switched_off_nowhere() -> None:
    assert house.unformatted() == []


@pytest.mark.parametrize("capability", sorted(house.CAPABILITIES))
def test_a_capability_stands_on_the_kernel_and_the_event_log(capability: str) -> None:
    allowed = {capability, "kernel", "eventlog"} | house.STANDS_ON.get(capability, set())
    found = {
        f"{path}: {package}"
        for path in sources(f"ishtirak/{capability}")
        for package in house.imported(path)
        if package not in allowed
    }

    assert found == set()


def test_every_package_has_its_layer() -> None:
    packages = {path.parent.name for path in (ROOT / "ishtirak").glob("*/__init__.py")}

    assert packages - house.CAPABILITIES == {"adapters", "edge", "eventlog", "kernel", "use_cases"}
