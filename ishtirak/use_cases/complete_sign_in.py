"""The second step of signing in: the code opens a session, once."""

from ishtirak.factors.model import FactorKind
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import decrypt_credential, encrypt_credential
from ishtirak.sessions.handles import handle_of
from ishtirak.sessions.model import Place, PlaceKind, SessionGrant, SignIn
from ishtirak.sessions.places import budget_of_address, device_handle, signed_in_from
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.use_cases.prove_sign_in import prove_sign_in
from ishtirak.use_cases.registered_phone import RegisteredPhones


def complete_sign_in(
    challenge_id: str,
    *,
    code: str,
    kind: FactorKind = FactorKind.SMS,
    challenges: Challenges,
    factors: FactorRecords,
    sign_ins: SignIns,
    pool: UserPool,
    encryption: Encryption,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> SessionGrant:
    """Tokens and the handle of a new session. Consuming the code and starting the session are one effect.

    Raises the refusals of `prove_sign_in`, for a decoy as for a wrong code, and `SessionEnded` when the pool no longer
    accepts what the password gave.
    """
    sign_in = sign_ins.find(challenge_id)
    challenge, used = prove_sign_in(
        challenge_id,
        code,
        kind=kind,
        sign_in=sign_in,
        challenges=challenges,
        factors=factors,
        encryption=encryption,
        mac=mac,
        phones=phones,
        clock=clock,
    )
    if sign_in is None or challenge.used:
        raise CodeNotAccepted()
    credential = decrypt_credential(sign_in.encrypted, item=challenge_id, encryption=encryption)
    tokens = pool.renew(credential)
    if tokens is None:
        raise SessionEnded()
    session_id = new_id()
    session = rules.start(
        session_id=session_id,
        person_id=sign_in.subject,
        encrypted=encrypt_credential(credential, item=session_id, encryption=encryption),
        at=clock.now(),
        sign_in_id=tokens.sign_in_id,
    )
    device = _device(sign_in)
    kept = device_handle(device.name_tag, device.tag, at=clock.now(), mac=mac)
    grant = SessionGrant(tokens, handle_of(session, mac=mac), device=kept)
    policy = policy_on(today(clock))
    address = sign_in.source.address
    sign_ins.remember(signed_in_from(address, at=clock.now(), policy=policy))
    of_address = budget_of_address(sign_in.source, at=challenge.opened_at, policy=policy)
    sign_ins.spend(of_address, -1 if sign_in.admission.charged else 0)
    started = sign_ins.start(session, device=signed_in_from(device, at=clock.now(), policy=policy))
    transaction.commit(challenges.consume(challenge), started, used, result=grant)
    return grant


def _device(sign_in: SignIn) -> Place:
    """The device that proved itself, or from now on this one."""
    name_tag = sign_in.source.address.name_tag
    return sign_in.source.device or Place(name_tag, PlaceKind.DEVICE, new_id())
