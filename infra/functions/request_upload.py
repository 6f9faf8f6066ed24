"""The `request_upload` function."""

from constructs import Construct

from functions.request_upload.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction


class RequestUpload(PythonFunction):
    """Called by the API. It signs uploads; the document itself goes from the browser to S3."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "request_upload",
            platform=deployment,
            settings=Settings(
                access_table=data.access.name,
                requests_table=data.requests.name,
                quarantine_bucket=data.documents.quarantine.bucket_name,
                data_key_arn=data.keys.data.key_arn,
            ),
        )
        data.access.grant_get_revocations(self)
        data.requests.grant(self, "get", "put")
        data.documents.grant_upload(self)
