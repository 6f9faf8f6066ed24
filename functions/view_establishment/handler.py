"""/v1/employer/establishments/{number}…: the file, the contributors, the account of one, and what is masked of it."""

from functools import partial

from functions.view_establishment import model
from functions.view_establishment.settings import Settings
from ishtirak.adapters.agencies.absher import absher_within_a_response
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.disclosure_table import DisclosureTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.contributor_ports import contributor_reader
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import EncryptedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.read_contributor import read_contributor
from ishtirak.use_cases.read_establishment import read_establishment
from ishtirak.use_cases.reveal_personal_data import reveal_personal_data
from ishtirak.use_cases.search_contributors import list_contributors, search_contributors
from ishtirak.wiring import unrecorded_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    now, table, kms = clock or SystemClock(), settings.register_table, KmsEncryption(settings.data_key_arn)
    absher = directory or absher_within_a_response(settings.absher_secret_arn)
    reader, log = contributor_reader(table, clock=now), DisclosureTable(table)
    listed = partial(partial, establishments=reader.establishments, lists=reader.lists, clock=now)
    pages = partial(listed, access_log=log, cursors=EncryptedCursors(KmsMac(settings.mac_key_arn), kms))
    one = partial(partial, reader=reader, directory=absher, encryption=kms, clock=now)
    file = listed(read_establishment, people=reader.people, bills=BillTable(table))
    api = unrecorded_api("view_establishment", settings, clock=now)
    api.add(model.READ_ESTABLISHMENT, partial(file, calculator=bill_calculator()), model.establishment_file)
    api.add(model.LIST_CONTRIBUTORS, pages(list_contributors), model.contributors)
    api.add(model.SEARCH_CONTRIBUTORS, pages(search_contributors), model.contributors)
    api.add(model.READ_CONTRIBUTOR, one(read_contributor, access_log=log), model.contributor)
    api.add(model.REVEAL_PERSONAL_DATA, one(reveal_personal_data, reveals=log), model.revealed)
    return api
