"""How far a code is on its way: handed over to be delivered, or not to be delivered at all."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.otp.model import Challenge
from ishtirak.otp.ports import Challenges


def read_code_dispatch(
    request_id: str, challenge_id: str, *, by: Caller, challenges: Challenges
) -> Challenge:
    """How far the code of the caller's own request is on its way; any other challenge is `NotFound`."""
    challenge = challenges.find(challenge_id)
    if challenge is None or challenge.about != request_id:
        raise NotFound()
    by.require_owner(challenge.subject)
    return challenge
