"""The ports officials are invited and disabled with, under the names the use cases take them by."""

from functools import partial

from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.official_table import OfficialTable, PendingInvitationTable
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.delegation_ports import DelegationPorts, DelegationSettings
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.invite_official import OfficialDesk


class OfficialPorts:
    """Everything an official is made from, by what it is bound to a use case for."""

    def __init__(
        self, settings: DelegationSettings, *, clock: Clock, directory: Directory | None = None
    ) -> None:
        shared, access = DelegationPorts(settings, clock=clock, directory=directory), settings.access_table
        table = OfficialTable(settings.register_table, access=access)
        desk = OfficialDesk(
            officials=table,
            challenges=AccessTable(access),
            mac=shared.mac,
            phones=shared.phones,
            budgets=SmsBudgetTable(access),
            clock=clock,
        )
        self.mac = shared.mac
        self.people = shared.verifier.people
        self.proven = partial(partial, desk=desk)
        self.inviting = partial(self.proven, invitations=PendingInvitationTable(access, clock=clock))
        self.verifier = shared.verifier
        self.reading = partial(partial, officials=table)
        self.answering = partial(self.reading, clock=clock)
        self.disabling = partial(self.answering, revocations=RevocationTable(access))
