"""Queue of events somebody is notified of: each person it concerns gets a notice of their own, sent by send_notice."""

from functools import partial

from functions.notify import model
from functions.notify.settings import Settings
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.notice_queue import NoticeQueue
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.queue import Consumer, consumer, event_facts
from ishtirak.kernel.clock import Clock
from ishtirak.messages.notices import Notices
from ishtirak.use_cases.notify_people import notify_people


def build(settings: Settings, *, notices: Notices | None = None, clock: Clock | None = None) -> Consumer:
    notify = partial(
        notify_people,
        requests=RequestTable(settings.requests_table),
        bills=BillTable(settings.register_table),
        establishments=EstablishmentTable(settings.register_table),
        clock=clock or SystemClock(),
        notices=notices or NoticeQueue(settings.sms_queue_url),
    )
    return consumer(notify, reads=model.notice_event, log_fields=event_facts)
