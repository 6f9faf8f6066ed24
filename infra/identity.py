"""Who may sign in: a Cognito pool without self-registration."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.retention import removal_policy

#: Roles, as the API sees them in `cognito:groups`.
GROUPS = ("contributor", "officer", "supervisor", "administrator")
#: How long a token is accepted without a refresh.
TOKEN_VALIDITY = Duration.minutes(15)
#: How long a session can be refreshed.
SESSION_VALIDITY = Duration.hours(12)
#: How long a first password that an administrator handed over may be replaced.
FIRST_PASSWORD_VALIDITY = Duration.days(1)
#: Letters of a password at least, of any kind: rules of composition make passwords worse (NIST SP 800-63B-4 3.1.1.2).
SHORTEST_PASSWORD = 15
SIGN_IN_ACTIONS = ("cognito-idp:AdminInitiateAuth", "cognito-idp:AdminUserGlobalSignOut")
#: What it takes that the pool has a user with a password and a group; every call may be repeated.
USER_ACTIONS = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminSetUserPassword",
)


class People(Construct):
    """Passwords are checked by the admin flow only, so no client gets tokens without `sign_in` and its code."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment) -> None:
        super().__init__(scope, name)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            sign_in_case_sensitive=False,
            custom_attributes={"person_id": cognito.StringAttribute(mutable=False, max_len=64)},
            password_policy=cognito.PasswordPolicy(
                min_length=SHORTEST_PASSWORD,
                require_digits=False,
                require_lowercase=False,
                require_uppercase=False,
                require_symbols=False,
                temp_password_validity=FIRST_PASSWORD_VALIDITY,
            ),
            account_recovery=cognito.AccountRecovery.NONE,
            deletion_protection=environment.retain_data,
            removal_policy=removal_policy(environment),
        )
        self.client = self.pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=TOKEN_VALIDITY,
            access_token_validity=TOKEN_VALIDITY,
            refresh_token_validity=SESSION_VALIDITY,
            read_attributes=cognito.ClientAttributes().with_custom_attributes("person_id"),
            write_attributes=cognito.ClientAttributes(),
        )
        for group in GROUPS:
            cognito.CfnUserPoolGroup(
                self, f"{group.title()}Group", user_pool_id=self.pool.user_pool_id, group_name=group
            )

    def grant_sign_in(self, function: PythonFunction) -> None:
        """Checking a password, refreshing and ending a session, for any name; creating nobody."""
        function.allow(*SIGN_IN_ACTIONS, resources=[self.pool.user_pool_arn])

    def grant_open_logins(self, function: PythonFunction) -> None:
        """Making users, giving them passwords and the contributors' group; checking none."""
        function.allow(*USER_ACTIONS, resources=[self.pool.user_pool_arn])

    def grant_change_passwords(self, function: PythonFunction) -> None:
        """Checking the current password and setting the next; making nobody."""
        actions = ("cognito-idp:AdminInitiateAuth", "cognito-idp:AdminSetUserPassword")
        function.allow(*actions, resources=[self.pool.user_pool_arn])
