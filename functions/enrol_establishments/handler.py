"""Schedule: establishments and their owners become known from the commercial registry's feed."""

from functools import partial

from functions.enrol_establishments.settings import Settings
from ishtirak.adapters.enrolment_ports import enrolment_ports
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.gauges import PutAsideGauge
from ishtirak.edge.schedule import Scheduled, scheduled
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import CommercialRegistry, Directory
from ishtirak.use_cases.enrol_establishments import enrol_establishments


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    registry: CommercialRegistry | None = None,
    directory: Directory | None = None,
) -> Scheduled:
    ports = enrolment_ports(settings, clock=clock, registry=registry, directory=directory)
    enrol = partial(enrol_establishments, put_aside=PutAsideGauge(), transaction=DynamoTransaction(), **ports)
    return scheduled(enrol)
