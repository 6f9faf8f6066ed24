"""Whatever order the versions of a contract come in, and however often: they end alike."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.contracts import NUMBER, Document, an_event
from tests.unit.use_cases.contract_world import World

STEPS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            [
                "contract.authenticated",
                "contract.authenticated",
                "contract.amended",
                "contract.amended",
                "contract.terminated",
                "contract.expired",
                "contract.pending",
                "contract.cancelled",
                "contract.rejected",
            ]
        ),
        "occurred_at": st.sampled_from(
            [
                "2026-09-20T08:00:00.000Z",
                "2026-10-06T08:00:00.000Z",
                "2026-11-03T08:00:00.000Z",
                "2026-11-22T08:00:00.000Z",
            ]
        ),
        "terms__starts_on": st.sampled_from(
            ["2026-11-01", "2026-11-15", "2026-10-05", "2026-09-01", "2026-12-01", "2027-12-01"]
        ),
        "terms__ends_on": st.sampled_from([None, "2026-10-31", "2026-11-20", "2027-10-31"]),
        "terms__wage__basic": st.sampled_from([800_000, 900_000, 0]),
        "terms__wage__housing": st.sampled_from([0, 200_000]),
        "terms__wage__housing_in_kind": st.sampled_from([False, False, True]),
        "terms__occupation_code": st.sampled_from(["251201", "2433"]),
    }
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=6), st.data())
def test_any_order_with_duplicates_ends_alike(steps: list[Document], data: st.DataObject) -> None:
    events = [an_event(version=place + 1, **step) for place, step in enumerate(steps)]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=4))
    order = data.draw(st.permutations(repeated))

    assert final_state(order) == final_state(events)


def final_state(events: Iterable[Document]) -> tuple[Any, ...]:
    """What stands in the end: every version with what became of it, the service, and the period in the register."""
    world = World()
    for event in events:
        world.take(event)
    contract = world.contracts.contracts[NUMBER]
    standing = {
        number: period.model_dump(exclude={"revision", "source"}) for number, period in world.standing.items()
    }
    return contract.version, contract.versions, contract.service, standing
