"""POST …/certificates and GET /v1/certificates/{code}: certificates, and whether one stands."""

from functools import partial

from functions.issue_certificate import model
from functions.issue_certificate.settings import Settings
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.certificate_table import CertificateTable, LookupTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.contributor_ports import contributor_reader
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.certificate_office import CertificateOffice
from ishtirak.use_cases.certify_compliance import certify_compliance
from ishtirak.use_cases.certify_periods import certify_periods
from ishtirak.use_cases.verify_certificate import verify_certificate
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    now, table, mac = clock or SystemClock(), settings.register_table, KmsMac(settings.mac_key_arn)
    reader, certificates = contributor_reader(table, clock=now), CertificateTable(table)
    office = CertificateOffice(certificates, mac, now)
    certify = partial(partial, establishments=reader.establishments, office=office)
    periods = certify(certify_periods, people=reader.people, accounts=reader.accounts)
    dues = certify(certify_compliance, lists=reader.lists, bills=BillTable(table), clock=now)
    lookups = LookupTable(settings.access_table)
    verify = partial(verify_certificate, certificates=certificates, lookups=lookups, mac=mac, clock=now)
    api = writing_api("issue_certificate", settings, table=table, clock=now)
    api.add(model.CERTIFY_PERIODS, periods, model.issued)
    api.add(model.CERTIFY_COMPLIANCE, partial(dues, calculator=bill_calculator()), model.issued)
    api.add(model.VERIFY_CERTIFICATE, verify, model.standing)
    return api
