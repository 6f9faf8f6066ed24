"""POST /v1/requests/{id}/submission: the last step of adding a contribution period."""

from functools import partial

from functions.submit_request import model
from functions.submit_request.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.phones import registered_phones
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.submit_request import submit_request
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock = clock or SystemClock()
    submit = partial(
        submit_request,
        requests=RequestTable(settings.requests_table),
        challenges=AccessTable(settings.access_table),
        mac=KmsMac(settings.mac_key_arn),
        phones=registered_phones(settings, directory=directory),
        clock=clock,
    )
    api = writing_api("submit_request", settings, table=settings.requests_table, clock=clock)
    api.add(model.SUBMIT_REQUEST, submit, model.confirmation)
    return api
