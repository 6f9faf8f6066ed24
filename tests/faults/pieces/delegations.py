"""Who acts for an establishment: offered with a code, answered, taken back; and establishments, from the feed."""

from datetime import timedelta
from typing import Any, ClassVar

from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.delegations.model import Delegation, DelegationState, delegation_id
from ishtirak.kernel.clock import today
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.use_cases.send_code import code_of
from tests.fakes.delegations import a_delegation
from tests.faults.lives import EMPLOYER
from tests.faults.work import ByClient, Piece, Reading, not_so

MITHAL = EstablishmentNumber("7000000001")
OFFICES = f"/v1/employer/establishments/{MITHAL.reveal()}/delegations"
UNMET = {
    "identity_number": "1000000073",
    "birth_date": {"calendar": "HIJRI", "year": 1436, "month": 1, "day": 15},
}
"""Somebody of the directory whom the register does not know."""
BUYER = {"identity_number": "2000000048", "birth_date": "1986-09-03"}
"""Another one."""
TRIED = frozenset({"tried", "tries"})


class _Offering(ByClient):
    """Somebody who may appoint for the limited company, and was sent no code yet."""

    function = "manage_delegations"
    may_differ = TRIED

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        register = self.stepped.register
        register.transaction.commit(register.appoint(self.by.person_id, MITHAL))

    @property
    def wish(self) -> dict[str, Any]:
        return {**UNMET, "scopes": ["VIEW"], "starts_on": today(SystemClock()).isoformat()}


class Beginning(_Offering):
    """begin_offer"""

    expected, path = 202, f"{OFFICES}/offers"

    def before_the_work(self) -> None:
        self.body = self.wish


class Confirming(_Offering):
    """offer_delegation"""

    expected, path = 201, OFFICES

    def before_the_work(self) -> None:
        begun = self.stepped.asked(
            self.function, "POST", f"{OFFICES}/offers", self.wish, by=self.by, key=f"begun-{self.key}"
        )
        assert begun.status == 202, begun
        challenge = self.stepped.access.find(begun.body["challenge_id"])
        assert challenge is not None
        code = code_of(challenge, mac=KmsMac(self.stepped.outputs["MacKeyArn"]))
        self.body = {"challenge_id": challenge.id, "code": code}


class _Answering(ByClient):
    """Somebody with a delegation, as it is offered or accepted."""

    function = "manage_delegations"
    act: ClassVar[str]
    begins: ClassVar[DelegationState] = DelegationState.OFFERED
    ends: ClassVar[DelegationState]

    def prepare(self) -> None:
        self.delegate = self.stepped.newcomer()
        self.by = self.delegate
        register = self.stepped.register
        register.transaction.commit(
            register.appoint(
                self.delegate.person_id,
                MITHAL,
                state=self.begins,
                open_until=SystemClock().now() + timedelta(days=3),
            )
        )
        self.path = f"/v1/me/delegations/{self.delegation.id}/{self.act}"

    @property
    def delegation(self) -> Delegation:
        found = self.stepped.register.delegations.find(delegation_id(MITHAL, self.delegate.person_id))
        return found or a_delegation(self.delegate.person_id, MITHAL)

    def deviations(self) -> list[str]:
        return [*super().deviations(), *not_so(it_ended_so=self.delegation.state is self.ends)]


class Accepting(_Answering):
    """accept_delegation"""

    act, ends = "acceptance", DelegationState.ACCEPTED


class Declining(_Answering):
    """decline_delegation"""

    act, ends = "refusal", DelegationState.DECLINED


class Resigning(_Answering):
    """resign_delegation"""

    act, begins, ends = "resignation", DelegationState.ACCEPTED, DelegationState.ENDED


class Revoking(_Answering):
    """revoke_delegation"""

    act, begins, ends = "revocation", DelegationState.ACCEPTED, DelegationState.REVOKED

    def prepare(self) -> None:
        super().prepare()
        self.by = EMPLOYER
        self.path = f"{OFFICES}/{self.delegation.id}/{self.act}"


class ReadingDelegations(Reading):
    """list_delegations"""

    function = "manage_delegations"
    by, path = EMPLOYER, OFFICES


class ReadingHistory(Reading):
    """read_delegation_history"""

    function = "manage_delegations"
    by, path = EMPLOYER, f"{OFFICES}/{delegation_id(MITHAL, EMPLOYER.person_id)}/history"


class ReadingMine(Reading):
    """list_my_delegations"""

    function = "manage_delegations"
    by, path = EMPLOYER, "/v1/me/delegations"


class Enrolling(Piece):
    """The schedule fires on a feed with an establishment sold to somebody new; died, it fires again."""

    function = "enrol_establishments"

    def prepare(self) -> None:
        registry = self.stepped.system.simulators.commercial_registry
        self.stepped.invoke(self.function, {})
        owned = registry.latest("7000000002")
        registry.publish({**owned, "owners": [BUYER]})

    def attempt(self) -> bool:
        return self.stepped.invoke(self.function, {}).error is None

    def deviations(self) -> list[str]:
        sold = self.stepped.register.establishments.find(EstablishmentNumber("7000000002"))
        events = self.stepped.events("RegisterTable", "establishment/7000000002")
        return [
            *super().deviations(),
            *not_so(
                one_owner=sold is not None and len(sold.owners) == 1,
                enrolled_and_sold=events == ["EstablishmentEnrolled", "EstablishmentChanged"],
            ),
        ]


PIECES = {
    "begin_offer": Beginning,
    "offer_delegation": Confirming,
    "accept_delegation": Accepting,
    "decline_delegation": Declining,
    "resign_delegation": Resigning,
    "revoke_delegation": Revoking,
    "list_delegations": ReadingDelegations,
    "read_delegation_history": ReadingHistory,
    "list_my_delegations": ReadingMine,
    "enrol_establishments": Enrolling,
}
