"""Schemathesis against the whole system: every operation by every role, and operations that follow one another.

    python -m tests.hostile.fuzzing --seconds 600 --seed 7

What is generated follows the published document, or breaks it on purpose; ids are those of things that exist as often
as not. Whatever comes, the answer is one the document describes, and never a failure of ours.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import given as given_by
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ishtirak.edge.http.operation import _PATH_FORMS
from tests.flows.world import World, running

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
USERS = {
    "contributor": "majid",
    "employer": "noura",
    "officer": "faisal",
    "supervisor": "huda",
    "other employer": "badr",
    "nobody": None,
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
OUT_OF_PLACE = 0.3
"""How often an operation is called by another role than its own."""
KNOWN = 0.6
"""How often an id is one of something that exists."""
_EXAMPLES = 4
_STEPS = 25


@dataclass
class Fuzzing:
    """One run: what was asked, by whom, how it was answered, and what broke the contract."""

    world: World
    seed: int
    known: Mapping[str, list[str]] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None
    """What answers are held against; the published document where none is given."""
    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._people = {
            role: self.world.holding_a_token(user) if user else self.world.person("majid")
            for role, user in USERS.items()
        }
        self.schema = schemathesis.openapi.from_dict(dict(self.document or published()))
        # a version that is not the one read is refused before the body is looked at
        self.schema.config.checks.negative_data_rejection.expected_statuses.append("412")
        self.schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])

        def map_path_parameters(_: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any]:
            return self._with_known_ids(path_parameters)

        self.schema.hook(map_path_parameters)
        self.chained = self.schema.analysis.inject_links() > 0
        """Whether any operation takes what another gives."""

    @property
    def cases(self) -> int:
        """How many requests were made."""
        return self.answers.total()

    @property
    def operations(self) -> int:
        """How many operations there were."""
        return len({label for label, _, _ in self.answers})

    def run(self, *, seconds: float) -> None:
        """Every operation by itself and chains of them, in turn, until the time is up."""
        limit = time.monotonic() + seconds
        operations = [found.ok() for found in self.schema.get_all_operations() if isinstance(found, Ok)]
        round_ = 0
        while time.monotonic() < limit:
            for operation in operations:
                self._one(operation, self.seed + round_, limit)
            self._chains(self.seed + round_, limit)
            round_ += 1

    def _one(self, operation: Any, seed_: int, limit: float) -> None:
        @seed(seed_)
        @_generating(_EXAMPLES)  # type: ignore[untyped-decorator]
        @given_by(case=operation.as_strategy())
        def each(case: Case[Any]) -> None:
            if time.monotonic() < limit:
                self.ask(case)

        each()

    def _chains(self, seed_: int, limit: float) -> None:
        if not self.chained or time.monotonic() > limit:
            return
        fuzzing = self

        class Chain(self.schema.as_state_machine()):  # type: ignore[misc]
            """Operations that take what others gave."""

            def call(self, case: Case[Any], **_: Any) -> Response:
                return fuzzing.ask(case)

            def validate_response(self, response: Response, case: Case[Any], **_: Any) -> None:
                """It was checked when it came."""

        run = seed(seed_)(Chain)
        run_state_machine_as_test(run, settings=_generating(_EXAMPLES, steps=_STEPS))

    def ask(self, case: Case[Any]) -> Response:
        """Send a case as somebody, and note what of the answer the document does not describe."""
        role = self._role_for(case)
        person = self._people[role]
        case.headers.pop("Authorization", None)
        if person.token:
            case.headers["Authorization"] = f"Bearer {person.token}"
        answer: Response = case.call(session=_plain(person.http), base_url=self.world.cloud.url)
        self.answers[case.operation.label, role, answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            self._note(case, role, answer, failure)
        return answer

    def _note(self, case: Case[Any], role: str, answer: Response, failure: Failure | FailureGroup) -> None:
        found = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
        for one in found:
            key = f"{case.operation.label} by {role}: {answer.status_code} {type(one).__name__}"
            self.failures.setdefault(key, f"{one}\n{case.as_curl_command()[:2000]}\n{answer.text[:500]}")

    def _role_for(self, case: Case[Any]) -> str:
        if self._random.random() < OUT_OF_PLACE:
            return self._random.choice(list(USERS))
        path = case.operation.path
        if path.startswith(("/v1/employer", "/v1/establishments")):
            return "employer"
        if path.startswith(("/v1/reviews", "/v1/bills", "/v1/payments/unmatched")):
            return self._random.choice(["officer", "supervisor"])
        return "contributor"

    def _with_known_ids(self, path_parameters: dict[str, Any] | None) -> dict[str, Any]:
        """Ids of what there is in place of well-formed ones; an ill-formed one is what its case tries, and stays."""
        return {
            name: self._random.choice(self.known[name])
            if self.known.get(name) and _is_well_formed(name, value) and self._random.random() < KNOWN
            else value
            for name, value in (path_parameters or {}).items()
        }


def _is_well_formed(name: str, value: Any) -> bool:
    """Whether a path parameter has the form its name says."""
    forms = [form for ending, form in _PATH_FORMS.items() if name.endswith(ending)]
    return any(re.fullmatch(form, str(value)) for form in forms)


def published() -> dict[str, Any]:
    """The API document as it is committed, with every answer; the gateway's own copy leaves the refusals out."""
    document: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return document


def _generating(examples: int, *, steps: int = _STEPS) -> Any:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _plain(session: requests.Session) -> requests.Session:
    """The person's own connection, without what earlier answers left in it."""
    session.cookies.clear()
    return session


def report(fuzzing: Fuzzing, say: Callable[[str], None]) -> None:
    """What was tried, in three lines."""
    statuses = Counter(status for _, _, status in fuzzing.answers.elements())
    told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    say(
        f"schemathesis: {fuzzing.cases} cases over {fuzzing.operations} operations, seed {fuzzing.seed}: {told}"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    """Fuzz for as long as asked; fails, showing each, when the contract was broken."""
    from tests.flows.assembly import current_assembly
    from tests.hostile.fuzz_world import known_ids

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as logs,
        running(current_assembly(), lambdas="inline", size=40, logs=Path(logs)) as world,
    ):
        fuzzing = Fuzzing(world, seed=asked.seed, known=known_ids(world))
        fuzzing.run(seconds=asked.seconds)
        report(fuzzing, _say)
    for name, what in fuzzing.failures.items():
        _say(f"\n== {name}\n{what}")
    if fuzzing.failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
