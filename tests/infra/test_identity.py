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
