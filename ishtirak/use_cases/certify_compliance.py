"""Who acts for an establishment has it certified that its dues are settled (regulation art. 12)."""

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.ports import Bills
from ishtirak.certificates.model import CertificateKind, ComplianceContent
from ishtirak.certificates.rules import DuesOpen
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.listing_ports import ContributorLists
from ishtirak.register.ports import Establishments
from ishtirak.use_cases.acting import require_acting
from ishtirak.use_cases.certificate_office import CertificateOffice, IssuedCertificate
from ishtirak.use_cases.establishment_dues import establishment_dues


def certify_compliance(
    number: str,
    *,
    by: Caller,
    establishments: Establishments,
    lists: ContributorLists,
    bills: Bills,
    calculator: BillCalculator,
    office: CertificateOffice,
    clock: Clock,
    transaction: Transaction,
) -> IssuedCertificate:
    """The certificate; `DuesOpen`, with how many bills and how much, where something is overdue and in no kept plan.

    `NotFound` for an establishment the caller does not act for.
    """
    own = require_acting(number, by=by, scope=Scope.VIEW, establishments=establishments, clock=clock)
    establishment = establishments.find(own)
    if establishment is None:
        raise NotFound()
    dues = establishment_dues(own, on=today(clock), bills=bills, calculator=calculator)
    if not dues.in_compliance:
        overdue = dues.overdue.values()
        raise DuesOpen(count=sum(each.bills for each in overdue), halalas=sum(each.due for each in overdue))
    content = ComplianceContent(
        number=own,
        name_ar=establishment.name_ar,
        name_en=establishment.name_en,
        contributors=sum(each.active for each in lists.headcounts(own, on=today(clock)).values()),
        bills_in_plan=dues.in_plan.bills,
        in_plan=dues.in_plan.due,
    )
    return office.issue(
        CertificateKind.COMPLIANCE,
        by=by,
        about=own.reveal(),
        transaction=transaction,
        compliance=content,
    )
