"""The comparison itself: it agrees with a true answer, and one halala, one day or one refusal is noticed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.oracle.compare import Charged, first_disagreement
from tests.oracle.facts import Act, Answer, Life, Part, Refusal, Refused, Registered, Row
from tests.oracle.lives import told
from tests.oracle.money import late
from tests.oracle.register import Register

type Slip = Callable[[Answer], Answer]


class Echo:
    """The oracle itself as the other reckoner, with a slip."""

    def __init__(self, life: Life, *, slip: Slip, days_paid_late: int = 0) -> None:
        self._register = Register(life.person)
        self._slip = slip
        self._days_paid_late = days_paid_late

    def apply(self, act: Act, *, paid_on: date) -> Charged:
        answer = self._slip(self._register.apply(act))
        if isinstance(answer, Refused):
            return Charged(answer)
        paid_on = date.fromordinal(paid_on.toordinal() + self._days_paid_late)
        return Charged(answer, tuple(late(row, paid_on=paid_on) for row in answer.rows))

    def rows(self, number: int) -> tuple[Row, ...]:
        return self._register.rows(number)


def true(answer: Answer) -> Answer:
    return answer


def one_halala(answer: Answer) -> Answer:
    if isinstance(answer, Refused):
        return answer
    first, *others = answer.rows
    parts = {
        branch: Part(part.days, part.employee + 1, part.employer) for branch, part in first.parts.items()
    }
    return replace(answer, rows=(replace(first, parts=parts), *others))


def one_day(answer: Answer) -> Answer:
    if isinstance(answer, Refused):
        return answer
    return replace(answer, starts=date.fromordinal(answer.starts.toordinal() + 1))


def refused_all_the_same(answer: Answer) -> Answer:
    return Refused(frozenset({Refusal.OVERLAP})) if isinstance(answer, Registered) else answer


def another_reason(answer: Answer) -> Answer:
    if isinstance(answer, Registered):
        return answer
    return Refused(frozenset(Refusal) - answer.reasons)


def disagreements(slip: Slip, *, days_paid_late: int = 0) -> int:
    lives = [told(number) for number in range(50)]
    found = [
        first_disagreement(each, other=Echo(each.life, slip=slip, days_paid_late=days_paid_late))
        for each in lives
    ]
    return sum(each is not None for each in found)


def test_the_same_answers_agree() -> None:
    assert disagreements(true) == 0


@pytest.mark.parametrize("slip", [one_halala, one_day, refused_all_the_same, another_reason])
def test_a_slip_is_noticed(slip: Slip) -> None:
    assert disagreements(slip) > 10


def test_a_fine_of_another_day_is_noticed() -> None:
    assert disagreements(true, days_paid_late=31) > 10


def test_a_disagreement_tells_the_life_so_far() -> None:
    third = told(3)

    found = first_disagreement(third, other=Echo(third.life, slip=one_day))

    assert found is not None
    assert str(third.life.person) in str(found)
    assert str(found.acts[-1]) in str(found)
