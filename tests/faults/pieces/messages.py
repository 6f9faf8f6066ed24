"""Codes and notices on their way to a phone."""

import uuid

from ishtirak.adapters.aws.notice_queue import NoticeQueue
from ishtirak.messages.notices import Notice
from ishtirak.otp.model import DispatchState
from tests.faults.lives import approved, code_for, submitted
from tests.faults.work import ByQueue, not_so


class CodeToSend(ByQueue):
    """A code is to reach the registered phone: one text, whoever has to try again."""

    function = "send_otp"

    def prepare(self) -> None:
        self._request = submitted(self.stepped)

    def before_the_work(self) -> None:
        self._challenge, _ = code_for(self.stepped.outputs, self._request)
        self.stepped.work_off("relay_events")
        self.stepped.arrived()

    def deviations(self) -> list[str]:
        texts = self.stepped.system.simulators.outbox.messages(reference=self._challenge.id)
        after = self.stepped.access.find(self._challenge.id)
        return [
            *super().deviations(),
            *not_so(
                one_text=len(texts) == 1,
                by_the_first_provider=[text.provider for text in texts] == ["nasim"],
                known_as_sent=after is not None and after.dispatch is DispatchState.SENT,
            ),
        ]


class Notifying(ByQueue):
    """Everybody a bill concerns gets a notice of their own, under one reference however often it is made."""

    function = "notify"

    def prepare(self) -> None:
        self._request_id = approved(self.stepped).id

    def before_the_work(self) -> None:
        given = {"execution": self._request_id, "request_id": self._request_id}
        self.stepped.invoke("post_period", given)
        self.stepped.work_off("relay_events")
        self.stepped.arrived()

    def deviations(self) -> list[str]:
        return [*super().deviations(), *not_so(nothing_is_left=self.stepped.queued(self.function) == [])]


class NoticeToSend(ByQueue):
    """A notice is to reach the registered phone, once."""

    function = "send_notice"

    def prepare(self) -> None:
        self._request = submitted(self.stepped)

    def before_the_work(self) -> None:
        self._notice = Notice(
            event_id=str(uuid.uuid4()),
            person_id=self._request.owner,
            code="RequestSubmitted",
            facts={"reference": self._request.reference},
        )
        NoticeQueue(self.stepped.outputs["SmsQueueUrl"]).put(self._notice)

    def deviations(self) -> list[str]:
        texts = self.stepped.system.simulators.outbox.messages(reference=self._notice.reference)
        return [*super().deviations(), *not_so(one_text=len(texts) == 1)]


PIECES = {"send_otp": CodeToSend, "notify": Notifying, "send_notice": NoticeToSend}
