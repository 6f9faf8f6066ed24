"""The `send_otp` function."""

from aws_cdk import Duration
from constructs import Construct

from functions.send_otp.settings import Settings
from infra.deployment import Deployment
from infra.queue import QueueConsumer, WorkQueue

#: A code lives for five minutes, so a try that was killed comes again in 48 seconds (six time-outs), not in 180.
CODE_TIMEOUT = Duration.seconds(8)
#: So many deliveries outlast a code: the last one finds it expired and says so, and none becomes a dead letter by age.
CODE_RECEIVES = 10


class SendOtp(QueueConsumer):
    """Consumes the queue `codes`. One message a batch: a slow gateway must not delay the next person's code."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "send_otp",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                sms_secret_arn=data.sms.arn,
            ),
            timeout=CODE_TIMEOUT,
        )
        data.access.grant(self, "get", "list", "put", "update")
        data.register.grant(self, "get")
        data.keys.grant_generate_mac(self)
        data.keys.grant_decrypt(self)
        data.absher.grant_read(self)
        data.sms.grant_read(self)
        self.queue = WorkQueue(scope, "codes", consumer=self, batch_size=1, max_receives=CODE_RECEIVES)
        deployment.bus.subscribe(self.queue, Settings.SUBSCRIPTIONS)
