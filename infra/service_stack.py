"""What a release replaces: functions, queues, the bus, the workflow, the API and the alarms."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import packaging
from infra.alarms import Alarms
from infra.api import Api
from infra.bus import Bus
from infra.config import Environment
from infra.data_stack import DataStack
from infra.deployment import Deployment
from infra.firewall import Firewall
from infra.functions.assign_task import AssignTask
from infra.functions.check_eligibility import CheckEligibility
from infra.functions.decide_bill import DecideBill
from infra.functions.drive_workflow import DriveWorkflow
from infra.functions.edit_request import EditRequest
from infra.functions.enrol_establishments import EnrolEstablishments
from infra.functions.ingest_contract import IngestContract
from infra.functions.inspect_document import InspectDocument
from infra.functions.issue_code import IssueCode
from infra.functions.manage_delegations import ManageDelegations
from infra.functions.manage_factors import ManageFactors
from infra.functions.manage_officials import ManageOfficials
from infra.functions.notify import Notify
from infra.functions.post_period import PostPeriod
from infra.functions.prove_decision import ProveDecision
from infra.functions.receive_contract import ReceiveContract
from infra.functions.receive_payment import ReceivePayment
from infra.functions.record_timeout import RecordTimeout
from infra.functions.relay_events import RelayEvents
from infra.functions.request_upload import RequestUpload
from infra.functions.respond_to_period import RespondToPeriod
from infra.functions.retain_documents import RetainDocuments
from infra.functions.review_request import ReviewRequest
from infra.functions.send_notice import SendNotice
from infra.functions.send_otp import SendOtp
from infra.functions.settle_bill import SettleBill
from infra.functions.show_stranded import ShowStranded
from infra.functions.sign_in import SignIn
from infra.functions.submit_request import SubmitRequest
from infra.functions.sweep_workflows import SweepWorkflows
from infra.functions.view_accounts import ViewAccounts
from infra.functions.view_bills import ViewBills
from infra.python_function import PythonFunction
from infra.queue import QueueConsumer
from infra.workflow import Workflow


class ServiceStack(Stack):
    """Stateless: everything that must survive a release is in `data`."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, data: DataStack, **stack: object
    ) -> None:
        super().__init__(scope, name, suppress_template_indentation=True, **stack)  # type: ignore[arg-type]
        self.bus = Bus(self, "Events")
        deployment = Deployment(
            environment=environment,
            libraries=self._layer("lambda", "What every function runs on"),
            document_parsers=self._layer("documents", "Parsers of what people upload"),
            data=data,
            bus=self.bus,
        )
        steps = self._workflow_steps(deployment)
        self.add_period = Workflow(self, "add_period", environment=environment, steps=steps)
        consumers = self._queue_consumers(deployment)
        self.queues = {consumer.queue.name: consumer.queue for consumer in consumers}
        self.relay = RelayEvents(self, deployment=deployment)
        self.sweep = SweepWorkflows(
            self, deployment=deployment, add_period=self.add_period, runs_queue=self.queues["runs"]
        )
        feed = EnrolEstablishments(self, deployment=deployment)
        functions = [*self._api_functions(deployment), *consumers, *steps, self.relay, self.sweep, feed]
        self.functions = {function.name: function for function in functions}
        self.api = Api(self, "Api", environment=environment, pool=data.people.pool, functions=self.functions)
        if environment.firewall:
            Firewall(self, "Firewall", stage_arn=self.api.stage_arn)
        self._add_alarms(deployment)
        self._add_outputs()

    def _layer(self, requirements: str, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            f"{requirements.title()}Layer",
            description=description,
            code=lambda_.Code.from_asset(str(packaging.layer_of(requirements))),
            compatible_architectures=[lambda_.Architecture.ARM_64],
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        )

    def _workflow_steps(self, deployment: Deployment) -> list[PythonFunction]:
        return [
            CheckEligibility(self, deployment=deployment),
            AssignTask(self, deployment=deployment),
            RecordTimeout(self, deployment=deployment),
            PostPeriod(self, deployment=deployment),
        ]

    def _queue_consumers(self, deployment: Deployment) -> list[QueueConsumer]:
        send_notice = SendNotice(self, deployment=deployment)
        return [
            SendOtp(self, deployment=deployment),
            send_notice,
            Notify(self, deployment=deployment, sms_queue=send_notice.queue),
            InspectDocument(self, deployment=deployment),
            IngestContract(self, deployment=deployment),
            SettleBill(self, deployment=deployment),
            RetainDocuments(self, deployment=deployment),
            DriveWorkflow(self, deployment=deployment, add_period=self.add_period),
            ShowStranded(self, deployment=deployment, add_period=self.add_period),
        ]

    def _api_functions(self, deployment: Deployment) -> list[PythonFunction]:
        return [
            SignIn(self, deployment=deployment),
            ManageDelegations(self, deployment=deployment),
            ManageFactors(self, deployment=deployment),
            ManageOfficials(self, deployment=deployment),
            EditRequest(self, deployment=deployment),
            RequestUpload(self, deployment=deployment),
            IssueCode(self, deployment=deployment),
            SubmitRequest(self, deployment=deployment),
            RespondToPeriod(self, deployment=deployment),
            ReviewRequest(self, deployment=deployment),
            ProveDecision(self, deployment=deployment),
            ViewAccounts(self, deployment=deployment),
            ViewBills(self, deployment=deployment),
            DecideBill(self, deployment=deployment),
            ReceiveContract(self, deployment=deployment, contracts_queue=self.queues["contracts"]),
            ReceivePayment(self, deployment=deployment, payments_queue=self.queues["payments"]),
        ]

    def _add_alarms(self, deployment: Deployment) -> None:
        alarms = Alarms(self, "Alarms", environment=deployment.environment, key=deployment.data.keys.data)
        for queue in self.queues.values():
            alarms.add_dead_letter_alarm(queue.name.title(), queue.dead_letters, runbook="dead-letters")
        alarms.add_dead_letter_alarm("Relay", self.relay.streams.dead_letters, runbook="relay-dead-letters")
        alarms.add_count_alarm(
            "ContractsQuarantined",
            self.functions["ingest_contract"],
            counted="ContractsQuarantined",
            meaning="What Qiwa sent of a contract cannot be applied, and was quarantined",
            runbook="contracts-quarantined",
        )
        alarms.add_count_alarm(
            "RegistryEntriesPutAside",
            self.functions["enrol_establishments"],
            counted="RegistryEntriesPutAside",
            meaning="An entry of the commercial registry cannot be applied, and was put aside",
            runbook="registry-entry-put-aside",
        )
        alarms.add_function_alarms(self.functions.values())
        alarms.add_workflow_alarms(self.add_period)
        alarms.add_count_alarm(
            "DocumentsHeld",
            self.functions["inspect_document"],
            counted="scan_overdue",
            meaning="The malware scanner has not answered for a document in time; it is held",
            runbook="documents-held",
        )
        alarms.add_sms_budget_alarms(self.functions[name] for name in ("send_otp", "send_notice"))
        alarms.add_count_alarm(
            "RequestsStranded",
            self.functions["show_stranded"],
            counted="shown",
            meaning="A request was in progress and no run carried it on",
            runbook="attention-queue",
        )

    def _add_outputs(self) -> None:
        outputs = {
            "ApiUrl": self.api.url,
            "ApiId": self.api.api.rest_api_id,
            "BusName": self.bus.name,
            "AddPeriodArn": self.add_period.arn,
            "RelayDeadLettersUrl": self.relay.streams.dead_letters.queue_url,
        }
        for name, queue in self.queues.items():
            outputs[f"{name.title()}QueueUrl"] = queue.url
            outputs[f"{name.title()}DeadLettersUrl"] = queue.dead_letters.queue_url
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
