"""Races about what employers see: lists that follow the register, and reveals at once."""

from functools import partial
from typing import Any

from ishtirak.disclosure.policy import policy_on
from ishtirak.disclosure.rules import TooManyReveals
from ishtirak.kernel.errors import Unavailable
from ishtirak.register import rules
from ishtirak.register.listing import contributor_id_of, listed
from ishtirak.use_cases.project_contributor import project_contributor
from tests.fakes.listing import InMemoryContributorLists
from tests.fakes.register import MITHAL, PERSON, Register, a_cause, a_period
from tests.faults.work import not_so
from tests.races.interleaving import Act, Interleaving
from tests.races.register import again
from tests.unit.use_cases.test_employers_view import Employer


def lists_that_follow(turn: Interleaving) -> list[str]:
    """Periods posted while events of earlier ones are handled, some twice: at the end the entry is as the register."""
    employer = Employer()
    register, lists = employer.register, InMemoryContributorLists()
    shared = {name: turn.over(getattr(register, name)) for name in ("people", "accounts", "transaction")}
    project = partial(project_contributor, PERSON, lists=turn.over(lists), **shared)

    def posted(year: int) -> Any:
        """A period, and then what its event makes of the list, once or twice."""
        _post(register, year)
        for _ in range(turn.choice.choice((1, 1, 1, 2))):
            again(project)

    years = turn.choice.sample(range(2001, 2026), k=turn.choice.randint(2, 3))
    results = turn.run({f"posted {year}": partial(posted, year) for year in years})
    entry = lists.find(MITHAL, contributor_id_of(MITHAL, PERSON))
    contributor = register.people.find(PERSON)
    assert contributor is not None
    periods = register.accounts.periods(PERSON)
    expected = listed(contributor, periods, number=MITHAL, revision=entry.revision if entry else 1)
    return not_so(
        all_were_taken=all(not isinstance(each, Unavailable) for each in results.values()),
        the_entry_is_as_the_register=entry == expected,
    )


def _post(register: Register, year: int) -> None:
    period = a_period(f"{year}-01-01", f"{year}-12-31")
    before = register.accounts.state(PERSON, period.system)
    register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)


def revealed_at_once(turn: Interleaving) -> list[str]:
    """An officer in several browsers at the end of the hour's limit: never more than it, and each on record."""
    employer = Employer()
    employer.post(a_period("2025-01-01", None))
    limit = policy_on(employer.clock.at.date()).windows[0].reveals
    for _ in range(limit - turn.choice.randint(1, 2)):
        employer.reveal()
    left = limit - len(employer.log.events)
    employer.reveals = turn.over(employer.log)
    employer.register.transaction = turn.over(employer.register.transaction)
    acts: dict[str, Act] = {f"browser {place}": employer.reveal for place in range(left + 2)}
    results = turn.run(acts)
    refused = [each for each in results.values() if isinstance(each, TooManyReveals)]
    seqs = [event.seq for event in employer.log.events]
    return not_so(
        no_more_than_the_limit=len(employer.log.events) == limit,
        the_rest_is_refused=len(refused) == 2,
        each_is_on_record=len(employer.log.records) == limit,
        one_chain=seqs == list(range(1, limit + 1)),
    )
