"""What became of the newest sign-in on each name, for the developer who waits for an SMS.

Read from the tables of the local cloud, beside the code that is deployed: that one tells nobody.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ishtirak.adapters.aws.instants import moment
from ishtirak.adapters.dynamo import Item, from_dynamo
from ishtirak.kernel.clock import RIYADH
from ishtirak.otp.model import CodeHistory, DispatchState, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.otp.rules import TooManyCodes, count
from ishtirak.sessions.rules import name_message, name_of
from localcloud.cloud import Cloud

_SENT = {
    DispatchState.SENT: "أُرسل الرمز · The code was sent",
    DispatchState.PENDING: "الرمز في الطريق · The code is on its way",
    DispatchState.FAILED: "تعذّر إرسال الرمز · The code could not be sent",
}
_BLOCKED = "لم يُرسل رمز: محاولات كثيرة، حتى {until} · No code: too many attempts, until {until}"
_PAUSE = (
    "لم يُرسل رمز: أُرسل رمز قبل أقل من دقيقة، فاستعمله أو اطلب غيره بعد {until}"
    " · No code: one was asked for less than a minute before; use it, or ask again after {until}"
)
_USED_UP = "لم يُرسل رمز: بلغ الشخص حد الرموز · No code: the person had as many codes as are allowed"
_WRONG = "لم يُرسل رمز: كلمة المرور غير صحيحة · No code: the password is wrong"


def with_last_attempts(
    cloud: Cloud, sign_ins: list[dict[str, Any]], persons: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each sign-in with what became of the newest attempt on its name; `persons`: the person's id by user name."""
    items = list(_items(cloud))
    states = {item["id"]: item for item in items if item["sk"] == "STATE" and "id" in item}
    histories = {item["pk"]: item for item in items if item["sk"] == "SENDS"}
    newest: dict[str, tuple[Item, Item]] = {}
    for begun in items:
        if begun["sk"] == "SIGNIN" and (state := states.get(begun["challenge_id"])):
            known = newest.get(begun["name_tag"])
            if known is None or known[1]["opened_at"] < state["opened_at"]:
                newest[begun["name_tag"]] = begun, state
    told = []
    for row in sign_ins:
        found = newest.get(_tag(cloud, row["username"])) if newest else None
        history = histories.get(f"SENDS#{persons.get(row['username'])}")
        told.append({**row, "last": _told(*found, history) if found else ""})
    return told


def _told(begun: Item, state: Item, history: Item | None) -> str:
    if not state["decoy"]:
        return _SENT[DispatchState(state["dispatch"])]
    if not begun["admitted"]:
        return _BLOCKED.format(until=_hour(moment(begun["next_at"])))
    if history is not None:
        at, policy = moment(state["opened_at"]), policy_on(moment(state["opened_at"]).date())
        live = history["live"].get(Purpose.SIGN_IN.value)
        before = moment(live["opened_at"]) if live else at
        until = before + policy.resend_after
        if before < at < until:
            return _PAUSE.format(until=_hour(until))
        opened = tuple(moment(each) for each in history["opened_at"] if moment(each) <= at)
        try:
            count(CodeHistory(subject="", opened_at=opened), at=at, windows=policy.windows)
        except TooManyCodes:
            return _USED_UP
    return _WRONG


def _hour(instant: datetime) -> str:
    return instant.astimezone(RIYADH).strftime("%H:%M:%S")


def _tag(cloud: Cloud, username: str) -> str:
    made = cloud.client("kms").generate_mac(
        KeyId=cloud.outputs["MacKeyArn"],
        MacAlgorithm="HMAC_SHA_256",
        Message=name_message(name_of(username)),
    )
    return bytes(made["Mac"]).hex()


def _items(cloud: Cloud) -> Iterator[Item]:
    pages = cloud.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=cloud.outputs["AccessTable"]):
        for item in page["Items"]:
            yield from_dynamo(item)
