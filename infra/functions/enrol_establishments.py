"""The `enrol_establishments` function."""

from aws_cdk import Duration
from constructs import Construct

from functions.enrol_establishments.settings import Settings
from infra.bus import Every
from infra.deployment import Deployment
from infra.python_function import INSPECTION_TIMEOUT, PythonFunction

#: How often the commercial registry is asked what changed: nobody acts for what was struck off for longer than this.
INTERVAL = Duration.minutes(1)


class EnrolEstablishments(PythonFunction):
    """Fired by a schedule. Owners become known to the register, with their number encrypted for their own item."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "enrol_establishments",
            platform=deployment,
            settings=Settings(
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
                absher_secret_arn=data.absher.arn,
                commercial_registry_secret_arn=data.commercial_registry.arn,
            ),
            timeout=INSPECTION_TIMEOUT,
        )
        data.register.grant(self, "get", "put")
        data.keys.grant_encrypt(self)
        data.keys.grant_generate_mac(self)
        data.absher.grant_read(self)
        data.commercial_registry.grant_read(self)
        Every(scope, "RegistryFeed", interval=INTERVAL, function=self)
