"""The `review_request` function."""

from constructs import Construct

from functions.review_request.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class ReviewRequest(PythonFunction):
    """Called by the API. The index lists the review queue; the keyed hash authenticates page cursors.

    A proof is used up by an update, in the transaction of the decision.
    """

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "review_request",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                requests_table=data.requests.name,
                register_table=data.register.name,
                clean_bucket=data.documents.clean.bucket_name,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
                jawazat_secret_arn=data.jawazat.arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "list", "put", indexes=("by_desk",))
        data.register.grant(self, "get", "list")
        data.access.grant(self, "update")
        data.documents.grant_download(self)
        data.keys.grant_generate_mac(self)
        data.keys.grant_decrypt(self)
        data.jawazat.grant_read(self)
