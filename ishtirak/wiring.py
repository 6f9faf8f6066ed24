"""How the edge meets the adapters: what every function of one kind is built on.

A function's `build` binds its use cases to their ports with these; nothing here decides anything.
"""

from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.standing_table import StandingTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.http.api import Api
from ishtirak.edge.http.officials import OfficialCheck
from ishtirak.edge.http.revocation import RevocationCheck
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.settings import HttpSettings


def writing_api(function: str, settings: HttpSettings, *, table: str, clock: Clock) -> Api:
    """An API whose effects, and the responses kept with them, are written to `table`."""
    return Api(
        function,
        clock=clock,
        transaction=DynamoTransaction(),
        records=IdempotencyTable(table),
        origins=settings.web_origins,
        revocations=_revocations(settings, clock),
        officials=OfficialCheck(StandingTable(settings.access_table), clock=clock),
    )


def reading_api(function: str, settings: HttpSettings, *, clock: Clock) -> Api:
    """An API that writes nothing."""
    return Api(
        function,
        clock=clock,
        origins=settings.web_origins,
        revocations=_revocations(settings, clock),
        officials=OfficialCheck(StandingTable(settings.access_table), clock=clock),
    )


def unrecorded_api(function: str, settings: HttpSettings, *, clock: Clock) -> Api:
    """An API that writes and keeps no response: for operations that take no `Idempotency-Key`."""
    return Api(
        function,
        clock=clock,
        transaction=DynamoTransaction(),
        origins=settings.web_origins,
        revocations=_revocations(settings, clock),
        officials=OfficialCheck(StandingTable(settings.access_table), clock=clock),
    )


def _revocations(settings: HttpSettings, clock: Clock) -> RevocationCheck:
    """Every API checks that a caller was not signed out meanwhile; no function decides whether to."""
    return RevocationCheck(RevocationTable(settings.access_table), clock=clock)
