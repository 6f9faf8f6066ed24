"""What the versions of a contract come to: a function of their set, whatever order they arrived in.

They are taken in the order of their numbers. A version counts once the contract is authenticated and the judge does not
object; one that does not count leaves what stood before it as it was. Dates and duties are those of the highest that
counts; days keep the route of the version that first reported them; a wage counts from the month it was reported in,
never in one before (regulation arts. 6 and 21).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Protocol

from ishtirak.contracts.model import ContractService, ContractVersion, EventType, HoldReason, VersionState
from ishtirak.contracts.policy import policy_on
from ishtirak.contracts.rules import Hold
from ishtirak.kernel.dates import GREGORIAN_YEARS
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays, between, without
from ishtirak.kernel.wage import AgreedWage, OpenWageLine

_EVER: Final = Month(GREGORIAN_YEARS[0], 1)


@dataclass(frozen=True)
class Proposal:
    """What a version would make of the service that stands without it."""

    version: ContractVersion
    before: ContractService | None
    wages: tuple[OpenWageLine, ...]
    """Of the days of the version."""
    judged: bool = False
    """The judge let it count before, after the very versions that stand before it now: it comes to the same."""


class Judge(Protocol):
    """Who knows the statutes and the register."""

    def __call__(self, proposal: Proposal) -> tuple[RegisteredDays, ...] | Hold:
        """The days of the version, each with its route, or why it is not applied."""


@dataclass(frozen=True)
class Life:
    """What became of each version, and what they come to."""

    versions: tuple[ContractVersion, ...]
    service: ContractService | None

    def of(self, version: int) -> ContractVersion:
        """The version under that number."""
        return next(each for each in self.versions if each.version == version)


def life_of(versions: Iterable[ContractVersion], *, judge: Judge) -> Life:
    """The contract as its versions tell it."""
    so_far, settled = _SoFar(), []
    for version in sorted(versions, key=lambda each: each.version):
        so_far, state, reason = so_far.then(version, judge=judge)
        as_before = (state, reason) == (version.state, version.reason)
        so_far = replace(so_far, as_judged=so_far.as_judged and as_before)
        settled.append(version.model_copy(update={"state": state, "reason": reason}))
    return Life(tuple(settled), so_far.service)


@dataclass(frozen=True)
class _Wages:
    """The wage from each month on that it was reported in; the first one is for every month before as well."""

    steps: tuple[tuple[Month, AgreedWage], ...] = ()

    def then(self, version: ContractVersion) -> "_Wages":
        if not self.steps:
            return _Wages(((_EVER, version.wage),))
        if self.steps[-1][1] == version.wage:
            return self
        month = Month.of(version.occurred_on)
        before = tuple(step for step in self.steps if step[0] < month)
        # what changes and changes back within one month leaves no trace
        return _Wages(before if before[-1][1] == version.wage else (*before, (month, version.wage)))

    def lines(self, first: Month, last: Month | None) -> tuple[OpenWageLine, ...]:
        """The lines of those months."""
        ends = (*(month.plus(-1) for month, _ in self.steps[1:]), None)
        lines = []
        for (month, wage), end in zip(self.steps, ends, strict=True):
            begin = max(month, first)
            stop = min((each for each in (end, last) if each is not None), default=None)
            if stop is None or begin <= stop:
                lines.append(OpenWageLine.of(wage, first_month=begin, last_month=stop))
        return tuple(lines)


@dataclass(frozen=True)
class _SoFar:
    """The contract after some of its versions."""

    service: ContractService | None = None
    wages: _Wages = _Wages()
    authenticated: bool = False
    offered_on: date | None = None
    withdrawn: bool = False
    as_judged: bool = True
    """No version so far is new, or came to something else than before."""

    def then(
        self, version: ContractVersion, *, judge: Judge
    ) -> tuple["_SoFar", VersionState, HoldReason | None]:
        match version.type:
            case EventType.PENDING:
                return (
                    replace(self, offered_on=version.occurred_on, withdrawn=False),
                    VersionState.NOTED,
                    None,
                )
            case EventType.CANCELLED | EventType.REJECTED:
                return replace(self, withdrawn=True), VersionState.NOTED, None
            case EventType.AUTHENTICATED if not self.authenticated:
                if reason := self._not_agreed(version):
                    return self, VersionState.HELD, reason
                return replace(self, authenticated=True).then(version, judge=judge)
        if not self.authenticated:
            return self, VersionState.AWAITING, None
        return self._served(version, judge=judge)

    def _not_agreed(self, version: ContractVersion) -> HoldReason | None:
        """Without a reply in time the contract was cancelled by itself (QIW-02)."""
        if self.withdrawn:
            return HoldReason.CONTRACT_CANCELLED
        if self.offered_on is None:
            return None
        last = self.offered_on + timedelta(days=policy_on(self.offered_on).reply_days)
        return HoldReason.REPLIED_TOO_LATE if version.occurred_on > last else None

    def _served(
        self, version: ContractVersion, *, judge: Judge
    ) -> tuple["_SoFar", VersionState, HoldReason | None]:
        if not version.served:
            return replace(self, service=None, wages=_Wages()), VersionState.APPLIED, None
        wages = self.wages.then(version)
        first, last = _months(version)
        lines = wages.lines(first, last)
        judged = self.as_judged and version.state is VersionState.APPLIED
        days = judge(Proposal(version, self.service, lines, judged=judged))
        if isinstance(days, Hold):
            return self, VersionState.HELD, days.reason
        service = self._service(version, days=days, wages=wages, lines=lines)
        return replace(self, service=service, wages=wages), VersionState.APPLIED, None

    def _service(
        self,
        version: ContractVersion,
        *,
        days: tuple[RegisteredDays, ...],
        wages: _Wages,
        lines: tuple[OpenWageLine, ...],
    ) -> ContractService:
        known = self.service.known if self.service else ()
        taken_out = between(without(known, days), first=date.min, last=version.occurred_on)
        return ContractService(
            starts_on=version.starts_on,
            ends_on=version.ends_on,
            ended=version.ended,
            occupation_code=version.occupation_code,
            work_type=version.work_type,
            wages=lines,
            registered=days,
            taken_out=taken_out,
            taken_out_wages=_beside(version, wages=wages, taken_out=taken_out),
            end_reported_late=_told_late(version),
        )


def _months(version: ContractVersion) -> tuple[Month, Month | None]:
    return Month.of(version.starts_on), Month.of(version.ends_on) if version.ends_on else None


def _beside(
    version: ContractVersion, *, wages: _Wages, taken_out: tuple[RegisteredDays, ...]
) -> tuple[OpenWageLine, ...]:
    """The wages of the months in which days were taken out and none is left."""
    if not taken_out:
        return ()
    first, last = _months(version)
    lines = wages.lines(Month.of(taken_out[0].starts_on), Month.of(taken_out[-1].last_day))
    beside = (
        part for line in lines for part in line.outside(first, last or Month.of(taken_out[-1].last_day))
    )
    return tuple(beside)


def _told_late(version: ContractVersion) -> bool:
    """A leaver is reported by the last day of the leaving month (regulation art. 6)."""
    if not version.ended or version.ends_on is None:
        return False
    return version.occurred_on > Month.of(version.ends_on).last_day
