"""One-time codes: what they are bound to, how long they live, how often they may be tried and sent."""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.edge.texts import LANGUAGES, text
from ishtirak.kernel.dated import NotInForce
from ishtirak.kernel.errors import Fact, Unavailable
from ishtirak.messages.segments import segments, utf16_units
from ishtirak.otp import rules
from ishtirak.otp.model import ChallengeState, Purpose
from ishtirak.otp.policy import policies, policy_on
from ishtirak.use_cases.open_challenge import open_challenge
from tests.fakes.otp import KnownMac
from tests.fakes.transaction import commit
from tests.unit.otp.desk import CONTENT, OTHER_CONTENT, OTHER_PERSON, PERSON, POLICY, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def wrong(code: str) -> str:
    """Another code of the same form."""
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_is_accepted(desk: Desk) -> None:
    opened = desk.open()

    challenge = desk.verify(opened, desk.code(opened))

    assert challenge.id == opened.challenge_id
    assert not challenge.used


@pytest.mark.parametrize(("age", "accepted"), [(299, True), (299.999, True), (300, False), (301, False)])
def test_a_code_lives_for_300_seconds(desk: Desk, age: float, accepted: bool) -> None:
    opened = desk.open()
    desk.clock.pass_seconds(age)

    if accepted:
        assert desk.verify(opened, desk.code(opened)).id == opened.challenge_id
    else:
        with pytest.raises(rules.CodeNotAccepted):
            desk.verify(opened, desk.code(opened))


def test_three_tries_are_all_there_are_even_for_the_right_code(desk: Desk) -> None:
    opened = desk.open()
    right = desk.code(opened)
    asked_before = desk.mac.asked
    for _ in range(POLICY.tries):
        with pytest.raises(rules.CodeNotAccepted):
            desk.verify(opened, wrong(right))

    with pytest.raises(rules.TooManyTries):
        desk.verify(opened, right)

    assert desk.mac.asked - asked_before == POLICY.tries


def test_a_try_is_spent_before_anything_is_compared(desk: Desk) -> None:
    opened = desk.open()
    desk.mac.broken = True

    with pytest.raises(Unavailable):
        desk.verify(opened, "000000")

    assert desk.challenges.challenges[opened.challenge_id].tries == 1


def test_without_the_key_even_the_right_code_is_refused(desk: Desk) -> None:
    opened = desk.open()
    right = desk.code(opened)
    desk.mac.broken = True

    with pytest.raises(Unavailable):
        desk.verify(opened, right)


def test_too_many_tries_is_said_to_nobody_else(desk: Desk) -> None:
    opened = desk.open()
    for _ in range(POLICY.tries):
        with pytest.raises(rules.CodeNotAccepted):
            desk.verify(opened, wrong(desk.code(opened)))

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, "000000", subject=OTHER_PERSON)


@pytest.mark.parametrize(
    "elsewhere",
    [{"subject": OTHER_PERSON}, {"purpose": Purpose.SIGN_IN}, {"digest": OTHER_CONTENT}],
    ids=["another person", "another purpose", "other content"],
)
def test_a_code_opens_nothing_but_what_it_was_sent_for(desk: Desk, elsewhere: dict[str, str]) -> None:
    opened = desk.open()

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, desk.code(opened), **elsewhere)  # type: ignore[arg-type]

    assert desk.challenges.challenges[opened.challenge_id].tries == 0


def test_a_resend_kills_the_old_code(desk: Desk) -> None:
    first = desk.open()
    desk.clock.pass_seconds(60)
    second = desk.open()

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(first, desk.code(first))
    assert desk.verify(second, desk.code(second)).id == second.challenge_id


def test_a_code_for_another_purpose_kills_nothing(desk: Desk) -> None:
    sign_in = desk.open(purpose=Purpose.SIGN_IN)
    desk.open(purpose=Purpose.SUBMIT_REQUEST)

    challenge = desk.verify(sign_in, desk.code(sign_in), purpose=Purpose.SIGN_IN)

    assert challenge.state is ChallengeState.OPEN


def test_a_used_code_is_recognised_but_consumed_once(desk: Desk) -> None:
    opened = desk.open()
    right = desk.code(opened)
    commit(desk.challenges.consume(desk.verify(opened, right)))

    again = desk.verify(opened, right)

    assert again.used
    with pytest.raises(rules.CodeNotAccepted):
        commit(desk.challenges.consume(again))


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"], ids=["Arabic-Indic", "Persian"])
def test_digits_of_an_arabic_keyboard_are_accepted(desk: Desk, digits: str) -> None:
    opened = desk.open()
    typed = "".join(digits[int(digit)] for digit in desk.code(opened))

    assert desk.verify(opened, typed).id == opened.challenge_id


@pytest.mark.parametrize("change", ["{}\n", " {}", "{}0", "0{}", "{}\u200f", "+{}"])
def test_what_is_no_code_is_a_wrong_code(desk: Desk, change: str) -> None:
    opened = desk.open()
    right = desk.code(opened)

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, change.format(right))

    assert desk.challenges.challenges[opened.challenge_id].tries == 1


@given(typed=st.text(max_size=16))
def test_typed_text_is_six_ascii_digits_or_no_code(typed: str) -> None:
    read = rules.typed(typed, digits=6)

    assert read is None or (len(read) == 6 and read.isascii() and read.isdecimal())


@pytest.mark.parametrize("typed", ["１２３４５６", "१२३४५६", "12345", "1234567", "12 456", "", "²²²²²²"])
def test_digits_of_other_scripts_and_lengths_are_no_code(typed: str) -> None:
    assert rules.typed(typed, digits=6) is None


@pytest.mark.parametrize(("age", "sent"), [(59.999, False), (60, True), (61, True)])
def test_a_new_code_waits_for_a_minute(desk: Desk, age: float, sent: bool) -> None:
    desk.open()
    desk.clock.pass_seconds(age)

    if sent:
        assert desk.open().challenge_id in desk.challenges.requested
    else:
        with pytest.raises(rules.TooSoon) as refused:
            desk.open()
        assert refused.value.facts == {"retry_after": 1}


def test_five_codes_a_quarter_of_an_hour_whatever_they_are_for(desk: Desk) -> None:
    for purpose in (Purpose.SIGN_IN, Purpose.SUBMIT_REQUEST) * 2:
        desk.open(purpose=purpose)
        desk.clock.pass_seconds(60)
    desk.open()
    desk.clock.pass_seconds(900 - 4 * 60 - 0.5)

    with pytest.raises(rules.TooManyCodes) as refused:
        desk.open()
    assert refused.value.facts == {"retry_after": 1}

    desk.clock.pass_seconds(0.5)
    assert desk.open().challenge_id in desk.challenges.requested


def test_ten_codes_a_day(desk: Desk) -> None:
    first_at = desk.clock.moment
    for _ in range(10):
        desk.open()
        desk.clock.pass_seconds(3600)

    with pytest.raises(rules.TooManyCodes) as refused:
        desk.open()
    assert refused.value.facts == {"retry_after": 14 * 3600}

    desk.clock.moment = first_at + timedelta(days=1)
    assert desk.open().challenge_id in desk.challenges.requested


@given(pauses=st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_it_may(pauses: list[int]) -> None:
    desk = Desk()
    sent = []
    for pause in pauses:
        desk.clock.pass_seconds(pause)
        try:
            desk.open()
        except (rules.TooSoon, rules.TooManyCodes):
            continue
        sent.append(desk.clock.moment)

    for window in POLICY.windows:
        for moment in sent:
            within = [
                other for other in sent if timedelta(0) <= moment - other < timedelta(seconds=window.seconds)
            ]
            assert len(within) <= window.codes


def test_two_at_once_open_one(desk: Desk) -> None:
    ask = {
        "purpose": Purpose.SIGN_IN,
        "digest": CONTENT,
        "about": "",
        "clock": desk.clock,
        "mac": desk.mac,
        "budgets": desk.budgets,
    }
    first = open_challenge(PERSON, challenges=desk.challenges, **ask)  # type: ignore[arg-type]
    second = open_challenge(PERSON, challenges=desk.challenges, **ask)  # type: ignore[arg-type]
    commit(first.items)

    with pytest.raises(rules.TooSoon):
        commit(second.items)

    assert desk.challenges.requested == [first.challenge_id]


def test_a_silent_challenge_over_the_limit_is_a_decoy_that_costs_the_subject_nothing(desk: Desk) -> None:
    desk.open(silent=True)
    history = desk.challenges.history(PERSON)

    decoy = desk.open(silent=True)

    assert decoy.challenge.decoy
    assert decoy.challenge.subject != PERSON
    assert uuid.UUID(decoy.challenge.subject)
    assert desk.challenges.history(PERSON) == history


def test_no_code_opens_a_decoy_not_even_its_own(desk: Desk) -> None:
    desk.open(silent=True)
    decoy = desk.open(silent=True)

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(decoy, desk.code(decoy), subject=decoy.challenge.subject)


def test_asking_for_the_code_again_gives_the_same_code(desk: Desk) -> None:
    opened = desk.open()

    assert desk.code(opened) == desk.code(opened)


@given(
    field=st.sampled_from(["id", "subject", "digest"]),
    value=st.from_regex(r"[0-9a-f-]{8,64}", fullmatch=True),
)
def test_the_hashed_message_changes_with_everything_the_code_is_bound_to(field: str, value: str) -> None:
    challenge = Desk().open().challenge
    changed = replace(challenge, **{field: value})  # type: ignore[arg-type]

    assert (rules.message(changed) == rules.message(challenge)) is (changed == challenge)


def test_a_separator_inside_a_part_is_refused() -> None:
    challenge = replace(Desk().open().challenge, subject="a|b")

    with pytest.raises(ValueError, match="separator"):
        rules.message(challenge)


def test_the_code_is_the_hotp_of_rfc_4226() -> None:
    secret = b"12345678901234567890"

    assert rules.code_from(secret, digits=6) == "755224"
    assert rules.code_from(secret + b"the rest is not used", digits=6) == "755224"
    assert pyotp.HOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").at(9) == "520489"


def test_the_digits_of_codes_are_spread_evenly() -> None:
    """Chi-square over each of the six places; 9 degrees of freedom, 33.7 is one in ten thousand."""
    mac = KnownMac()
    codes = [rules.code_from(mac.of(str(number).encode()), digits=6) for number in range(20_000)]

    for place in range(6):
        counts = Counter(code[place] for code in codes)
        assert len(counts) == 10
        assert sum((count - 2000) ** 2 / 2000 for count in counts.values()) < 33.7


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_code_message_fits_one_arabic_sms_and_holds_no_link(purpose: Purpose) -> None:
    facts: dict[str, Fact] = {"code": "493817", "minutes": POLICY.lifetime_seconds // 60}

    written = text("ar", "sms", f"code_{purpose.value}", None, facts)

    assert utf16_units(written) <= 70
    assert segments(written) == 1
    assert ("493817" in written) is (purpose is not Purpose.LOGIN_EXISTS)
    assert "://" not in written
    assert "www" not in written


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_purpose_has_its_own_text(language: str, purpose: Purpose) -> None:
    written = text(language, "sms", f"code_{purpose.value}")

    assert written != text(language, "problems", "unknown", "detail")
    assert "{" not in text(language, "sms", f"code_{purpose.value}", None, {"code": "1", "minutes": 5})


def test_policies_are_dated_and_say_what_is_assumed() -> None:
    entries = policies().entries

    assert all(entry.source for entry in entries)
    assert policy_on(date(2030, 1, 1)) == entries[-1].value
    with pytest.raises(NotInForce):
        policy_on(entries[0].in_force_from - timedelta(days=1))
