"""The `inspect_document` function."""

from constructs import Construct

from functions.inspect_document.settings import Settings
from infra.bus import UploadEvents
from infra.deployment import Deployment
from infra.python_function import INSPECTION_TIMEOUT
from infra.queue import QueueConsumer, WorkQueue


class InspectDocument(QueueConsumer):
    """Consumes the queue `documents`: what S3 and the malware scanner report about the quarantine bucket."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        malware_scan = deployment.environment.malware_scan
        scanned = malware_scan == "tag"
        super().__init__(
            scope,
            "inspect_document",
            platform=deployment,
            settings=Settings(
                requests_table=data.requests.name,
                quarantine_bucket=data.documents.quarantine.bucket_name,
                clean_bucket=data.documents.clean.bucket_name,
                data_key_arn=data.keys.data.key_arn,
                malware_scan=malware_scan,
            ),
            timeout=INSPECTION_TIMEOUT,
            memory_mib=1024,
            parses_documents=True,
        )
        data.requests.grant(self, "get", "put")
        data.documents.grant_inspect(self, tagged=scanned)
        self.queue = WorkQueue(scope, "documents", consumer=self, batch_size=1)
        UploadEvents(scope, "Uploads", bucket=data.documents.quarantine, queue=self.queue, scanned=scanned)
