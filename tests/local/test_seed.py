"""What the local cloud starts with."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.register_world import deployed


class SmallCloud:
    """The deployed resources seeding needs, on moto."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self.outputs = outputs

    def client(self, service: str) -> Any:
        import boto3

        return boto3.client(service)


@pytest.fixture
def cloud() -> Iterator[SmallCloud]:
    import boto3

    from local.simulators.commercial_registry import CommercialRegistrySimulator
    from local.simulators.people import roster

    with deployed() as made:
        cognito = boto3.client("cognito-idp")
        pool = cognito.create_user_pool(
            PoolName="people",
            Schema=[{"Name": "person_id", "AttributeDataType": "String", "Mutable": False}],
        )["UserPool"]["Id"]
        for group in ("contributor", "officer", "supervisor"):
            cognito.create_group(UserPoolId=pool, GroupName=group)
        registry = CommercialRegistrySimulator(roster())
        registry.start()
        secret = boto3.client("secretsmanager").create_secret(
            Name="registry", SecretString=json.dumps({"url": registry.url, "key": registry.key})
        )["ARN"]
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="sign_in")["UserPoolClient"]
        boto3.client("dynamodb").create_table(
            TableName="Access",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        yield SmallCloud(
            {
                "AccessTable": "Access",
                "UserPoolClientId": client["ClientId"],
                "RegisterTable": made.register_table,
                "AbsherSecretArn": "arn:absher",
                "CommercialRegistrySecretArn": secret,
                "UserPoolId": pool,
                "DataKeyArn": made.data_key_arn,
                "MacKeyArn": made.mac_key_arn,
            }
        )
        registry.stop()


def test_everybody_who_signs_in_is_registered_under_their_number_and_may_sign_in(cloud: SmallCloud) -> None:
    from ishtirak.adapters.aws.login_table import LoginTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.register.people import identity_message
    from local.seed import seed
    from local.simulators.people import roster
    from tests.fakes.register import register_on

    seed(cloud)

    register = register_on(cloud.outputs["RegisterTable"])
    mac = KmsMac(cloud.outputs["MacKeyArn"])
    cognito = cloud.client("cognito-idp")
    for sign_in in roster().sign_ins:
        person = roster().person(sign_in.person)
        assert (
            register.people.id_of(mac.of(identity_message(person.identity_number)).hex()) == person.person_id
        )
        user = cognito.admin_get_user(UserPoolId=cloud.outputs["UserPoolId"], Username=sign_in.username)
        assert user["UserStatus"] == "CONFIRMED"
        attributes = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        assert attributes["custom:person_id"] == person.person_id
        groups = cognito.admin_list_groups_for_user(
            UserPoolId=cloud.outputs["UserPoolId"], Username=sign_in.username
        )["Groups"]
        assert {group["GroupName"] for group in groups} == sign_in.roles
        login = LoginTable(cloud.outputs["AccessTable"]).find(person.person_id)
        assert login is not None
        assert login.open


def test_histories_decide_the_law_and_appointments_what_an_employer_sees(cloud: SmallCloud) -> None:
    from ishtirak.kernel.insurance import System
    from local.seed import seed
    from local.simulators.people import roster
    from tests.fakes.register import register_on

    seed(cloud)

    register = register_on(cloud.outputs["RegisterTable"])
    majid, turki, noura = (
        register.people.find(roster().person(key).person_id) for key in ("majid", "turki", "noura")
    )
    assert majid is not None
    assert turki is not None
    assert noura is not None
    assert majid.uncompensated_before_new_law == {System.SOCIAL_INSURANCE}
    assert turki.military_history_only
    assert [each.establishment.reveal() for each in register.establishments.mandates_of(noura.person_id)] == [
        "7000000001",
        "7000000002",
    ]
    assert len(register.accounts.periods(majid.person_id)) == 1


def test_who_has_nothing_here_yet_is_left_to_be_found_in_the_directory(cloud: SmallCloud) -> None:
    from local.seed import seed
    from local.simulators.people import roster
    from tests.fakes.register import register_on

    seed(cloud)

    register = register_on(cloud.outputs["RegisterTable"])
    assert register.people.find(roster().person("anil").person_id) is None


def test_seeding_a_kept_state_again_changes_nothing_and_lists_the_sign_ins(cloud: SmallCloud) -> None:
    from local.seed import seed

    def items() -> Any:
        return cloud.client("dynamodb").scan(TableName=cloud.outputs["RegisterTable"])["Items"]

    seed(cloud)
    before = items()

    listed = seed(cloud)

    assert items() == before
    assert {line["username"] for line in listed} >= {"majid", "noura", "faisal", "huda"}
    assert set(listed[0]) == {"name", "role", "username", "password", "note"}


def test_an_establishment_that_ceased_is_seeded_with_its_day(cloud: SmallCloud) -> None:
    from local.seed import seed
    from local.simulators.people import roster
    from tests.fakes.register import register_on

    seed(cloud)

    establishments = register_on(cloud.outputs["RegisterTable"]).establishments
    (gone,) = [each for each in roster().establishments if each.ceased]
    found = establishments.find(gone.unified_number)
    assert found is not None
    assert found.ceased == gone.ceased
