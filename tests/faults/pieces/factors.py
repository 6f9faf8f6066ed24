"""Authenticator apps and the proofs of decisions: enrolled, used, removed.

What shows a secret has no key, so a client that lost an answer begins again; and a try whose count was lost is refused,
so a person types the same code once more.
"""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.factors.model import Factors
from ishtirak.kernel.caller import Role
from ishtirak.use_cases.send_code import code_of
from tests.fakes.factors import shown
from tests.faults.footprint import Footprint
from tests.faults.lives import billed_account, enrolled
from tests.faults.pieces.bills import WHY
from tests.faults.stepped import Reply
from tests.faults.work import ByClient, Reading, not_so
from tests.flows.world import later

FACTORS = "/v1/me/factors"
CODE_PAUSE, STEP = 61, 30
TRIED = frozenset({"tries", "tried", "tries_version", "last_step"})
"""What counts tries, and the step of the moment."""


class _Person(ByClient):
    """Somebody with a phone, for whom time passes where the next code has to be waited for."""

    function = "manage_factors"
    may_differ = TRIED

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()

    def forget(self) -> None:
        super().forget()
        self._waited = 0

    def post(self, path: str, body: Any) -> Reply:
        with ExitStack() as stack:
            if self._waited:
                stack.enter_context(later(self._waited))
            return self.stepped.asked(
                self.function, "POST", path, body, by=self.by, key=self.key if self.repeatable else None
            )

    def passes(self, seconds: int) -> None:
        self._waited += seconds

    @property
    def factors(self) -> Factors:
        return FactorTable(self.stepped.outputs["AccessTable"], clock=SystemClock()).find(self.by.person_id)

    def sms(self, challenge_id: str) -> str:
        challenge = self.stepped.access.find(challenge_id)
        assert challenge is not None
        return code_of(challenge, mac=KmsMac(self.stepped.outputs["MacKeyArn"]))

    def begun(self) -> Reply:
        return self.post(f"{FACTORS}/enrolments", None)

    def confirmed(self, begun: Any) -> Reply:
        body = {
            "code": self.sms(begun["challenge_id"]),
            "authenticator_code": shown(begun["secret"], datetime.now(UTC)),
        }
        return self.post(f"{FACTORS}/enrolments/{begun['challenge_id']}/confirmation", body)

    def retyped(self) -> bool:
        """One more attempt; whether it was answered otherwise than with a refusal of the code."""
        self.replies.append(self.ask())
        return not self.replies[-1].worth_repeating and self.replies[-1].status != 401


class ReadingFactors(_Person, Reading):
    """read_factors"""

    path = FACTORS

    def prepare(self) -> None:
        super().prepare()
        enrolled(self.stepped, self.by)


class Beginning(_Person):
    """begin_enrolment: in the end there is a secret that can be confirmed."""

    expected, repeatable = 201, False

    def attempt(self) -> bool:
        self.replies.append(self.begun())
        if self.replies[-1].status == 429:
            self.passes(CODE_PAUSE)
        return self.done

    def footprint(self) -> Footprint:
        """What a fault leaves over, an enrolment nobody will confirm, is not compared."""
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)

    def deviations(self) -> list[str]:
        self._waited = 0
        confirmed = self.done and self.confirmed(self.replies[-1].body).status == 201
        return [*super().deviations(), *not_so(it_is_confirmed=confirmed)]


class Confirming(_Person):
    """confirm_enrolment: the app is enrolled once; who lost the answer is told that it is."""

    expected, repeatable = 201, False

    def before_the_work(self) -> None:
        self._begun = self.begun().body

    def ask(self) -> Reply:
        return self.confirmed(self._begun)

    def attempt(self) -> bool:
        return self.retyped()

    @property
    def done(self) -> bool:
        told = (reply.status for reply in self.replies)
        return self.replies[-1].status == 201 or (len(self.replies) > 1 and [*told][-1] == 409)

    def deviations(self) -> list[str]:
        once = self.factors.authenticator is not None and self.factors.chain.seq == 1
        return [*super().deviations(), *not_so(enrolled_once=once)]


class _Enrolled(_Person):
    """Somebody with an app in hand."""

    def prepare(self) -> None:
        super().prepare()
        self.secret = enrolled(self.stepped, self.by)

    def shows(self) -> str:
        """The code of the moment, or of the one waited for."""
        return shown(self.secret, datetime.now(UTC), steps=self._waited // STEP)


class Replacing(_Enrolled):
    """replace_recovery_codes: in the end somebody holds codes that work, and no older ones do."""

    expected, repeatable = 201, False

    def ask(self) -> Reply:
        return self.post(f"{FACTORS}/recovery-codes", {"code": self.shows()})

    def attempt(self) -> bool:
        again = self.retyped()
        if self.replies[-1].status == 401:  # the code was used, and the answer lost: with the next one, then
            self.passes(STEP)
        return again

    def footprint(self) -> Footprint:
        """Codes nobody got to see, replaced by the next ones, are not compared."""
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)

    def deviations(self) -> list[str]:
        held = self.replies[-1].body["recovery_codes"] if self.done else []
        left = self.factors.recovery_left
        proof = {"kind": "RECOVERY", "code": held[0] if held else ""}
        removal = f"{FACTORS}/removal"
        removed = self.stepped.asked(self.function, "POST", removal, proof, by=self.by, key=self.key)
        return [
            *super().deviations(),
            *not_so(as_many_as_were_shown=left == len(held), one_of_them_works=removed.status == 200),
        ]


class IssuingRemovalCode(_Enrolled):
    """issue_removal_code"""

    expected, path = 202, f"{FACTORS}/removal/code"


class Removing(_Enrolled):
    """remove_authenticator: gone once, with a code of the app itself."""

    path = f"{FACTORS}/removal"

    def ask(self) -> Reply:
        return self.post(self.path, {"kind": "TOTP", "code": self.code})

    def begin(self) -> None:
        super().begin()
        self.code = self.shows()

    def attempt(self) -> bool:
        return self.retyped()

    def deviations(self) -> list[str]:
        return [*super().deviations(), *not_so(it_is_gone=self.factors.authenticator is None)]


class RemovingBySms(Removing):
    """remove_authenticator, with the code sent for it."""

    def before_the_work(self) -> None:
        self.challenge_id = self.post(f"{self.path}/code", None).body["challenge_id"]
        self.forget()

    def ask(self) -> Reply:
        body = {"kind": "SMS", "code": self.sms(self.challenge_id), "challenge_id": self.challenge_id}
        return self.post(self.path, body)


class IssuingDecisionCode(_Person):
    """issue_decision_code"""

    function = "prove_decision"
    expected, path = 202, "/v1/decisions/code"

    def prepare(self) -> None:
        super().prepare()
        self.by = replace(self.by, roles=frozenset({Role.CONTRIBUTOR, Role.OFFICER}))
        self.decision = {"about_id": billed_account(self.stepped).bill_id, "extension": WHY}
        self.body = {"decision": self.decision}


class Proving(IssuingDecisionCode):
    """prove_decision, with the code sent for it: one proof."""

    expected, path = 201, "/v1/decisions/proof"

    def before_the_work(self) -> None:
        self.challenge_id = self.post("/v1/decisions/code", self.body).body["challenge_id"]
        self.forget()

    def ask(self) -> Reply:
        return self.post(self.path, {"decision": self.decision, **self.factor()})

    def factor(self) -> dict[str, str]:
        return {"kind": "SMS", "code": self.sms(self.challenge_id), "challenge_id": self.challenge_id}

    def attempt(self) -> bool:
        return self.retyped()


class ProvingByApp(Proving):
    """prove_decision, with a code of the app."""

    def prepare(self) -> None:
        super().prepare()
        self.secret = enrolled(self.stepped, self.by)

    def before_the_work(self) -> None:
        self.code = shown(self.secret, datetime.now(UTC))

    def factor(self) -> dict[str, str]:
        return {"kind": "TOTP", "code": self.code}


PIECES = {
    "read_factors": ReadingFactors,
    "begin_enrolment": Beginning,
    "confirm_enrolment": Confirming,
    "replace_recovery_codes": Replacing,
    "issue_removal_code": IssuingRemovalCode,
    "remove_authenticator": Removing,
    "remove_authenticator: by sms": RemovingBySms,
    "issue_decision_code": IssuingDecisionCode,
    "prove_decision": Proving,
    "prove_decision: by app": ProvingByApp,
}
