"""Where a name is tried from: a device that signed in before and proves it, or a network address. Pure but for the key.

Whoever tries a name from one place never blocks it from another. Strangers, whose place no sign-in with this name came
from, have budgets on top: of the place, of its address for all names, and one that all places share for the name, so
that many addresses do not make many guesses, and one address does not use up what the name has for all.
"""

import base64
import binascii
import hmac
import ipaddress
import uuid
from datetime import UTC, datetime

from ishtirak.kernel.crypto import Mac
from ishtirak.sessions.model import AttemptSource, Budget, DeviceHandle, Place, PlaceKind, SignInAttempts
from ishtirak.sessions.policy import SessionPolicy, StrangersWindow

_SECONDS_BYTES = 5
_HANDLE_BYTES = 16 + _SECONDS_BYTES + 32
_ONE_HOME = 64
"""An IPv6 connection is given a network of this size, so all of its addresses are one place."""
_NO_HANDLE = DeviceHandle(str(uuid.UUID(int=0)), datetime.fromtimestamp(0, UTC), bytes(32))


def source_of(
    name_tag: str, *, device: str | None, address: str, mac: Mac, at: datetime, policy: SessionPolicy
) -> AttemptSource:
    """Where an attempt comes from; the same two questions to the key, whatever the client sent.

    A device handle that is not ours, of another name or too old is as good as none.
    """
    address_tag = mac.of(address_message(address)).hex()
    handle = read(device)
    proof = mac.of(device_message(name_tag, handle))
    proven = hmac.compare_digest(handle.tag, proof) and at < handle.made_at + policy.place_remembered
    return AttemptSource(
        address=Place(name_tag, PlaceKind.ADDRESS, address_tag),
        device=Place(name_tag, PlaceKind.DEVICE, handle.device_id) if proven else None,
    )


def device_handle(name_tag: str, device_id: str, *, at: datetime, mac: Mac) -> str:
    """What a device that just signed in with this name keeps, and shows at its next sign-in."""
    handle = DeviceHandle(device_id, at.replace(microsecond=0), b"")
    tag = mac.of(device_message(name_tag, handle))
    content = uuid.UUID(device_id).bytes + int(at.timestamp()).to_bytes(_SECONDS_BYTES) + tag
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read(text: str | None) -> DeviceHandle:
    """The handle somebody sent, not yet proven to be ours; one that proves nothing when it is none."""
    try:
        content = base64.b64decode((text or "") + "=" * (-len(text or "") % 4), altchars=b"-_", validate=True)
        if len(content) != _HANDLE_BYTES:
            return _NO_HANDLE
        made_at = datetime.fromtimestamp(int.from_bytes(content[16 : 16 + _SECONDS_BYTES]), UTC)
    except (binascii.Error, ValueError, OverflowError):
        return _NO_HANDLE
    return DeviceHandle(str(uuid.UUID(bytes=content[:16])), made_at, content[16 + _SECONDS_BYTES :])


def device_message(name_tag: str, handle: DeviceHandle) -> bytes:
    """What the proof in a device handle is taken over: it is good for one name."""
    return f"device-v1|{name_tag}|{handle.device_id}|{int(handle.made_at.timestamp())}".encode()


def address_message(address: str) -> bytes:
    """What the keyed hash of an address is taken over."""
    return f"address-v1|{_network(address)}".encode()


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "none"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, _ONE_HOME), strict=False))
    return str(parsed)


def is_known(attempts: SignInAttempts, *, at: datetime) -> bool:
    """Whether somebody signed in from this place with this name: a stranger's attempts never touch its own."""
    known_until = attempts.known_until
    return attempts.place.kind is PlaceKind.DEVICE or (known_until is not None and at < known_until)


def budgets(source: AttemptSource, *, at: datetime, policy: SessionPolicy) -> tuple[Budget, ...]:
    """What a stranger's attempt is taken from, the narrowest first; where one is used up, the rest is left alone."""
    address, name = f"ADDRESS#{source.address.tag}", f"NAME#{source.address.name_tag}"
    return (
        _budget(name, f"{address}#", policy.strangers_per_place, at),
        budget_of_address(source, at=at, policy=policy),
        _budget(name, "", policy.strangers_per_name, at),
    )


def budget_of_address(source: AttemptSource, *, at: datetime, policy: SessionPolicy) -> Budget:
    """What all strangers at an address have, whichever names they try; a completed sign-in gives its part back."""
    return _budget(f"ADDRESS#{source.address.tag}", "", policy.strangers_per_address, at)


def signed_in_from(place: Place, *, at: datetime, policy: SessionPolicy) -> SignInAttempts:
    """The attempts from a place a sign-in was just completed from: none, and known for a while."""
    return SignInAttempts(place, last_at=at, next_at=at, known_until=at + policy.place_remembered)


def _budget(owner: str, part: str, window: StrangersWindow, at: datetime) -> Budget:
    number = int(at.timestamp()) // window.seconds
    until = datetime.fromtimestamp((number + 1) * window.seconds, UTC)
    return Budget(owner=owner, entry=f"STRANGERS#{part}{number}", limit=window.attempts, until=until)
