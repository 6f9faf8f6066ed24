"""The ports that signing up, changing and recovering a password stand on."""

from typing import Protocol

from ishtirak.adapters.agencies.absher import absher_within_a_response
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.login_table import LoginTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.pool_users import CognitoUsers
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.phones import registered_phones
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.confirm_identity import IdentityCheck
from ishtirak.use_cases.open_for_claim import SilentOpening
from ishtirak.use_cases.open_login import LoginOpening


class LoginSettings(Protocol):
    """What a function that opens logins is told."""

    @property
    def access_table(self) -> str: ...
    @property
    def register_table(self) -> str: ...
    @property
    def user_pool_id(self) -> str: ...
    @property
    def user_pool_client_id(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def mac_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...


def login_opening(settings: LoginSettings, *, clock: Clock) -> LoginOpening:
    """Logins, the pool's users, and the keys between them."""
    return LoginOpening(
        logins=LoginTable(settings.access_table),
        users=CognitoUsers(settings.user_pool_id, client_id=settings.user_pool_client_id),
        encryption=KmsEncryption(settings.data_key_arn),
        mac=KmsMac(settings.mac_key_arn),
        clock=clock,
    )


def silent_opening(settings: LoginSettings, *, clock: Clock) -> SilentOpening:
    """Challenges for who is not signed in."""
    return SilentOpening(
        challenges=AccessTable(settings.access_table),
        mac=KmsMac(settings.mac_key_arn),
        budgets=SmsBudgetTable(settings.access_table),
        clock=clock,
    )


def answered_codes(
    settings: LoginSettings, *, clock: Clock, directory: Directory | None = None
) -> AnsweredCodes:
    """Codes typed back."""
    return AnsweredCodes(
        challenges=AccessTable(settings.access_table),
        mac=KmsMac(settings.mac_key_arn),
        phones=registered_phones(settings, directory=directory),
        clock=clock,
    )


def identity_check(
    settings: LoginSettings, *, clock: Clock, directory: Directory | None = None
) -> IdentityCheck:
    """The register, the directory, and the tries that are counted."""
    mac = KmsMac(settings.mac_key_arn)
    return IdentityCheck(
        people=PeopleTable(settings.register_table),
        directory=directory or absher_within_a_response(settings.absher_secret_arn),
        fingerprints=IdentityFingerprints(mac),
        encryption=KmsEncryption(settings.data_key_arn),
        sign_ins=SessionTable(settings.access_table, clock=clock),
        mac=mac,
        clock=clock,
    )
