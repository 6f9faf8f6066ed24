"""Authenticator codes after RFC 6238, the window, each step once, the tries and the recovery codes. Pure."""

import base64
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.eventlog.event import Event
from ishtirak.eventlog.verify import verify
from ishtirak.factors import rules
from ishtirak.factors.model import Authenticator, Factors, FactorsChange, FactorTries
from ishtirak.factors.policy import policies, policy_on
from tests.fakes.factors import shown

POLICY = policy_on(date(2026, 11, 22))
PERSON = "5f0c1a52-0000-4000-8000-000000000001"
OTHER = "5f0c1a52-0000-4000-8000-000000000002"
NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
SECRET = rules.secret_of(bytes(range(20)))
RANDOM = st.binary(min_size=10, max_size=10)


def an_authenticator(*, last_step: int = -1) -> Authenticator:
    return Authenticator(id="app-1", encrypted="encrypted", enrolled_at=NOW, last_step=last_step)


def enrolled(*tags: str) -> FactorsChange:
    return rules.enrol(Factors(person_id=PERSON), an_authenticator(), tags=tags or ("a", "b"), at=NOW)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1: what every authenticator app computes."""
    step = rules.step_at(datetime.fromtimestamp(seconds, UTC), policy=POLICY)

    assert rules.code_of_step(RFC_SECRET, step, digits=8) == code
    assert rules.code_of_step(RFC_SECRET, step, digits=6) == code[2:]


def accepted(code: str, *, after: int = -1, at: datetime = NOW) -> int | None:
    return rules.accepted_step(SECRET, code, at=at, after=after, policy=POLICY)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_either_way_is_accepted_and_none_beyond(steps: int, good: bool) -> None:
    assert (accepted(shown(SECRET, NOW, steps=steps)) is not None) == good


@pytest.mark.parametrize(("second", "good"), [(29, True), (59, True), (60, False)])
def test_a_code_lasts_to_the_end_of_the_step_after_its_own(second: int, good: bool) -> None:
    code = shown(SECRET, NOW)

    assert (accepted(code, at=NOW + timedelta(seconds=second)) is not None) == good


def test_neither_a_step_nor_one_before_it_is_accepted_again() -> None:
    step = accepted(shown(SECRET, NOW))
    assert step is not None

    assert accepted(shown(SECRET, NOW), after=step) is None
    assert accepted(shown(SECRET, NOW, steps=-1), after=step) is None
    assert accepted(shown(SECRET, NOW, steps=1), after=step) == step + 1


@given(st.text(max_size=8))
def test_what_is_not_six_digits_is_never_a_code(text: str) -> None:
    typed = rules.typed(text, policy=POLICY)

    assert len(typed) == POLICY.digits
    assert typed == "-" * 6 or (typed.isascii() and typed.isdigit() and len(text) == 6)


@pytest.mark.parametrize("zero", ["٠", "۰"])
def test_a_code_in_arabic_digits_is_the_same_code(zero: str) -> None:
    code = shown(SECRET, NOW).translate({ord("0") + n: ord(zero) + n for n in range(10)})

    assert accepted(code) is not None


@pytest.mark.parametrize("zero", ["０", "०", "𝟎"])
def test_digits_of_other_scripts_are_none(zero: str) -> None:
    """pyotp's own comparison takes the full-width ones."""
    code = shown(SECRET, NOW).translate({ord("0") + n: ord(zero) + n for n in range(10)})

    assert accepted(code) is None


def test_the_address_an_app_reads_holds_what_an_app_needs_and_nobodys_name() -> None:
    address = urlsplit(rules.uri_of(SECRET, account="5f0c1a52", policy=POLICY))
    query = parse_qs(address.query)

    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Ishtirak:5f0c1a52")
    assert query == {"secret": [SECRET], "issuer": ["Ishtirak"]}
    assert len(base64.b32decode(SECRET)) * 8 >= 160


def tried(factors: Factors, at: datetime) -> tuple[Factors, bool]:
    tries, admitted = rules.attempt(factors, at=at, policy=POLICY)
    return Factors(**{**vars(factors), "tries": tries}), admitted


def test_five_tries_are_looked_at_then_none_until_the_pause_is_over() -> None:
    factors, at = enrolled().after, NOW
    looked_at = []
    for _ in range(8):
        factors, admitted = tried(factors, at)
        looked_at.append(admitted)

    assert looked_at == [True] * 5 + [False] * 3
    almost = at + timedelta(seconds=POLICY.first_pause_seconds - 1)
    assert not tried(factors, almost)[1]
    assert tried(factors, almost + timedelta(seconds=1))[1]


def test_in_any_day_of_guessing_no_more_than_the_policy_says_are_looked_at() -> None:
    """An attacker who never stops: 5 tries a pause, the pauses doubling to a day; 35 on the first day."""
    factors, at, looked_at = enrolled().after, NOW, []
    while at < NOW + timedelta(days=120):
        factors, admitted = tried(factors, at)
        if admitted:
            looked_at.append(at)
        else:
            assert factors.tries.next_at is not None
            at = max(factors.tries.next_at, at + timedelta(days=1 if len(looked_at) >= 100 else 0))

    assert sum(moment < NOW + timedelta(days=1) for moment in looked_at) == 35
    assert len(looked_at) == POLICY.tries_in_all


def test_no_try_counts_for_who_has_no_authenticator() -> None:
    assert not tried(Factors(person_id=PERSON), NOW)[1]
    assert not tried(rules.remove(enrolled().after, kind="SMS", at=NOW).after, NOW)[1]


@given(RANDOM)
def test_a_recovery_code_is_read_back_however_it_is_typed(random: bytes) -> None:
    code = rules.recovery_code(random)
    letters = code.replace("-", "")
    forms = (code, code.lower(), letters, f" {code} ", letters.replace("0", "o").replace("1", "l"))

    assert {rules.typed_recovery_code(form, policy=POLICY) for form in forms} == {letters}
    assert len(letters) * 5 >= 50


@pytest.mark.parametrize(
    "text", ["", "AAAAA-AAAA", "AAAAA-AAAAAA", "AAAAA-AAAAU", "ＡAAAA-AAAAA", "AAAAA\nAAAAA"]
)
def test_what_is_no_recovery_code_is_never_one(text: str) -> None:
    assert rules.typed_recovery_code(text, policy=POLICY) == "-" * POLICY.recovery_characters


def test_a_recovery_code_is_hashed_for_its_person() -> None:
    assert rules.recovery_message(PERSON, "A" * 10) != rules.recovery_message(OTHER, "A" * 10)


def test_a_recovery_code_works_once() -> None:
    used = rules.use_recovery_code(enrolled("a", "b").after, "b", at=NOW).after

    assert used.recovery_left == 1
    for tag in ("b", "c", ""):
        with pytest.raises(rules.FactorCodeNotAccepted):
            rules.use_recovery_code(used, tag, at=NOW)
    assert rules.use_recovery_code(used, "a", at=NOW).after.recovery_left == 0


def test_a_life_of_factors_is_one_chain_and_tells_no_secret() -> None:
    begun = enrolled()
    used = rules.use_recovery_code(begun.after, "a", at=NOW)
    renewed = rules.replace_recovery_codes(used.after, tags=("c",), step=7, at=NOW)
    removed = rules.remove(renewed.after, kind="TOTP", at=NOW)
    again = rules.enrol(removed.after, an_authenticator(last_step=9), tags=("d",), at=NOW)
    events: list[Event] = [change.event for change in (begun, used, renewed, removed, again)]

    assert verify(f"factors/{PERSON}", events, standing=again.after.chain) is None
    assert [event.type for event in events] == [
        "AuthenticatorEnrolled",
        "RecoveryCodeUsed",
        "RecoveryCodesReplaced",
        "AuthenticatorRemoved",
        "AuthenticatorEnrolled",
    ]
    assert {name for event in events for name in event.data} == {"person_id", "left", "proven_by"}


def test_a_change_ends_the_tries_before_it() -> None:
    factors, _ = tried(enrolled().after, NOW)

    after = rules.use_recovery_code(factors, "a", at=NOW).after

    assert after.tries == FactorTries(version=factors.tries.version + 1)


def test_there_is_one_authenticator_at_a_time() -> None:
    with pytest.raises(rules.AlreadyEnrolled):
        rules.enrol(enrolled().after, an_authenticator(), tags=(), at=NOW)
    with pytest.raises(rules.NoAuthenticator):
        rules.remove(Factors(person_id=PERSON), kind="SMS", at=NOW)


def test_the_policy_keeps_within_its_sources() -> None:
    for entry in policies().entries:
        assert entry.assumed
        assert entry.value.tries <= 5
        assert entry.value.tries_in_all <= 100
        assert [entry.value.pause_after(tries).total_seconds() for tries in (0, 4, 5, 6, 10)] == [
            0,
            0,
            900,
            0,
            1800,
        ]
        assert entry.value.pause_after(1_000).total_seconds() == entry.value.longest_pause_seconds
