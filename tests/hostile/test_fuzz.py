"""Schemathesis over every operation and role, and over operations that follow one another."""

import os
import random
from collections.abc import Callable

from tests.flows.world import World
from tests.hostile.fuzz_world import known_ids
from tests.hostile.fuzzing import USERS, Fuzzing, published
from tests.hostile.fuzzing import report as told

SECONDS = float(os.environ.get("FUZZ_SECONDS", "20"))
LEAST = 300
"""Cases a run comes to on the slowest machine that was seen; it fails when it tries next to nothing."""


def test_a_break_of_the_contract_is_found(world: World) -> None:
    """The same run against a document that does not tell of one answer."""
    document = published()
    del document["paths"]["/v1/me/periods"]["get"]["responses"]["200"]
    document["paths"] = {"/v1/me/periods": document["paths"]["/v1/me/periods"]}
    fuzzing = Fuzzing(world, seed=1, document=document)

    fuzzing.run(seconds=3)

    assert "GET /v1/me/periods by contributor: 200 UndefinedStatusCode" in fuzzing.failures


def test_no_generated_case_breaks_the_contract(world: World, report: Callable[[str], None]) -> None:
    fuzzing = Fuzzing(world, seed=random.randrange(10**6), known=known_ids(world))

    fuzzing.run(seconds=SECONDS)

    told(fuzzing, report)
    assert fuzzing.failures == {}
    assert fuzzing.cases > LEAST
    assert {role for _, role, _ in fuzzing.answers} == set(USERS)
    assert fuzzing.operations == len(list(fuzzing.schema.get_all_operations()))
    assert any(status in (200, 201) for _, _, status in fuzzing.answers)
