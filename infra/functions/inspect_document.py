"""The `inspect_document` function."""

from aws_cdk import Duration
from constructs import Construct

from functions.inspect_document.settings import Settings
from infra.bus import UploadEvents
from infra.deployment import Deployment
from infra.python_function import INSPECTION_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue

#: So the third delivery of an arrival finds that its scan is overdue the minute it is (ishtirak/documents/tables).
HALF_OF_OVERDUE = Duration.seconds(450)


class InspectDocument(QueueConsumer):
    """Consumes the queue `documents`: what S3 and the malware scanner report about the quarantine bucket."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "inspect_document",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                quarantine_bucket=data.documents.quarantine.bucket_name,
                clean_bucket=data.documents.clean.bucket_name,
                data_key_arn=data.keys.data.key_arn,
            ),
            timeout=INSPECTION_TIMEOUT,
            memory_mib=1024,
            parses_documents=True,
        )
        data.requests.grant(self, "get", "put")
        data.documents.grant_inspect(self)
        self.queue = WorkQueue(
            scope, "documents", consumer=self, batch_size=1, redelivered_after=HALF_OF_OVERDUE
        )
        UploadEvents(scope, "Uploads", bucket=data.documents.quarantine, queue=self.queue)
