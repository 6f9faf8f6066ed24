"""What the user pool asks of a password, and what it does by itself: nothing."""

from tests.infra.conftest import Assembly


def test_a_password_is_long_and_of_any_characters(assembly: Assembly) -> None:
    """NIST SP 800-63B-4 3.1.1.2: fifteen letters, no rules of composition, and none expires; the pool takes 256."""
    [pool] = assembly.resources("AWS::Cognito::UserPool").values()

    policy = pool["Properties"]["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 15
    assert {rule: value for rule, value in policy.items() if rule.startswith("Require")} == {
        "RequireLowercase": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
        "RequireUppercase": False,
    }
    assert "PasswordHistorySize" not in policy


def test_no_account_is_deployed(assembly: Assembly) -> None:
    assert assembly.resources("AWS::Cognito::UserPoolUser") == {}


def test_the_pools_client_signs_nobody_in_by_itself(assembly: Assembly) -> None:
    """Only the function that asks for the second factor may check a password: the admin flow takes its role."""
    [client] = assembly.resources("AWS::Cognito::UserPoolClient").values()
    [pool] = assembly.resources("AWS::Cognito::UserPool").values()

    flows = set(client["Properties"]["ExplicitAuthFlows"])
    assert flows == {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert client["Properties"]["PreventUserExistenceErrors"] == "ENABLED"
    assert pool["Properties"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_the_pool_and_our_own_rule_ask_for_the_same_length() -> None:
    """Ours is asked first and says why; the pool is the last to refuse."""
    from infra.identity import SHORTEST_PASSWORD
    from ishtirak.logins.policy import policies

    newest = policies().entries[-1].value
    assert newest.shortest_password == SHORTEST_PASSWORD
    assert newest.longest_password <= 256


def test_a_first_password_lives_for_a_day(assembly: Assembly) -> None:
    [pool] = assembly.resources("AWS::Cognito::UserPool").values()

    assert pool["Properties"]["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 1


def test_only_what_opens_logins_makes_users(assembly: Assembly) -> None:
    """`sign_in` checks passwords and makes nobody; `sign_up` makes users and checks no password."""
    granted = {
        name.split("Role")[0]: {
            action.split(":")[1]
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            for action in (
                [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            )
            if action.startswith("cognito-idp:")
        }
        for name, policy in assembly.resources("AWS::IAM::Policy").items()
    }
    with_pool = {name: actions for name, actions in granted.items() if actions}

    makes = {"AdminAddUserToGroup", "AdminCreateUser", "AdminGetUser", "AdminSetUserPassword"}
    checks = {"AdminInitiateAuth", "AdminUserGlobalSignOut"}
    assert with_pool == {
        "SignIn": checks,
        "SignUp": makes,
        "RecoverPassword": makes | checks,
        "ManagePassword": {"AdminInitiateAuth", "AdminSetUserPassword"},
    }
