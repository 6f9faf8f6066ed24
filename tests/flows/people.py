"""A crowd of contributors nobody has seen yet, beside the people everybody knows."""

from ishtirak.kernel.digits import passes_luhn
from ishtirak.kernel.identity import IdentityNumber, Mobile
from local.simulators.people import Roster, SignIn, SyntheticPerson, roster

PASSWORD = "Local-only-2026"
_FIRST = 40_000


def crowd(size: int, *, newcomers: int = 0) -> Roster:
    """The roster of `people.json` and so many contributors more, none of whom has a history.

    Newcomers come after them: Absher knows them, the register does not yet.
    """
    known = roster()
    people = tuple(_contributor(place) for place in range(size + newcomers))
    sign_ins = tuple(
        SignIn(username=person.key, password=PASSWORD, person=person.key, roles=frozenset({"contributor"}))
        for person in people[:size]
    )
    return known.model_copy(
        update={"people": known.people + people, "sign_ins": known.sign_ins + sign_ins},
    )


def one_of_the_crowd(place: int) -> str:
    """The user name of the person at this place in a crowd."""
    return f"person{place:04d}"


def _contributor(place: int) -> SyntheticPerson:
    return (
        roster()
        .person("sara")
        .model_copy(
            update={
                "key": one_of_the_crowd(place),
                "person_id": f"00000000-0000-4000-8000-{_FIRST + place:012d}",
                "identity_number": IdentityNumber(_number(place)),
                "name_ar": f"مشترك الاختبار رقم {place}",
                "name_en": f"Test Contributor Number {place}",
                "mobile": Mobile(f"+96655{1_000_000 + place}"),
            }
        )
    )


def _number(place: int) -> str:
    """A citizen's number of an obviously made-up form, its check digit right."""
    digits = f"1000{_FIRST + place:05d}"
    return next(digits + check for check in "0123456789" if passes_luhn(digits + check))
