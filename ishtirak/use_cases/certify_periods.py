"""A contributor has their periods of service certified."""

from ishtirak.certificates.model import CertificateKind, CertifiedPeriod, PeriodsContent
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.use_cases.certificate_office import CertificateOffice, IssuedCertificate


def certify_periods(
    *,
    by: Caller,
    people: People,
    accounts: Accounts,
    establishments: Establishments,
    office: CertificateOffice,
    transaction: Transaction,
) -> IssuedCertificate:
    """The caller's standing periods as they are recorded now, frozen (regulation art. 14)."""
    contributor = people.find(by.person_id)
    if contributor is None:
        raise NotFound()
    standing = [period for period in accounts.periods(by.person_id) if period.stands]
    employers = establishments.many({period.establishment for period in standing})
    content = PeriodsContent(
        name_ar=contributor.name_ar,
        name_en=contributor.name_en,
        masked_identity=contributor.masked_identity,
        periods=tuple(
            CertifiedPeriod(
                system=period.system,
                establishment=period.establishment,
                name_ar=employer.name_ar if employer else None,
                name_en=employer.name_en if employer else None,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
            )
            for period in standing
            for employer in (employers.get(period.establishment),)
        ),
    )
    return office.issue(
        CertificateKind.PERIODS, by=by, about=by.person_id, transaction=transaction, periods=content
    )
