"""What a release replaces: functions, queues, the bus, the workflow, the API and what watches them."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.assign_task.settings import Settings as AssignTask
from functions.check_eligibility.settings import Settings as CheckEligibility
from functions.decide_bill.settings import Settings as DecideBill
from functions.drive_workflow.settings import Settings as DriveWorkflow
from functions.edit_request.settings import Settings as EditRequest
from functions.ingest_contract.settings import Settings as IngestContract
from functions.inspect_document.settings import Settings as InspectDocument
from functions.issue_code.settings import Settings as IssueCode
from functions.notify.settings import Settings as Notify
from functions.post_period.settings import Settings as PostPeriod
from functions.receive_contract.settings import Settings as ReceiveContract
from functions.receive_payment.settings import Settings as ReceivePayment
from functions.record_timeout.settings import Settings as RecordTimeout
from functions.relay_events.settings import Settings as RelayEvents
from functions.request_upload.settings import Settings as RequestUpload
from functions.respond_to_period.settings import Settings as RespondToPeriod
from functions.review_request.settings import Settings as ReviewRequest
from functions.send_otp.settings import Settings as SendOtp
from functions.settle_bill.settings import Settings as SettleBill
from functions.sign_in.settings import Settings as SignIn
from functions.submit_request.settings import Settings as SubmitRequest
from functions.view_accounts.settings import Settings as ViewAccounts
from functions.view_bills.settings import Settings as ViewBills
from infra import packaging
from infra.api import Api
from infra.bus import Bus, Relay, Uploads
from infra.config import Environment
from infra.firewall import Firewall
from infra.function import PythonFunction
from infra.observe import Alarms
from infra.queue import WorkQueue
from infra.stacks.data import DataStack
from infra.workflow import Workflow
from ishtirak.kernel.settings import FunctionSettings

#: Somebody waits for the answer.
AT_ONCE = Duration.seconds(10)
#: Somebody waits for the result, on the telephone or in a queue; agencies may be slow.
SOON = Duration.seconds(30)
#: Parsing what a stranger uploaded.
THOROUGHLY = Duration.seconds(60)
#: Ten contracts a batch, this many batches at once: protects the register from a burst of Qiwa.
CONTRACT_BATCHES = 10
#: The same for the payment system, at the end of the month.
PAYMENT_BATCHES = 5


class ServiceStack(Stack):
    """Stateless: everything it must remember is in `data`."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, data: DataStack, **stack: object
    ) -> None:
        super().__init__(scope, name, **stack)  # type: ignore[arg-type]
        self.deployed_to = environment
        self.data = data
        self.functions: dict[str, PythonFunction] = {}
        self.queues: dict[str, WorkQueue] = {}
        self.libraries = self._layer("lambda", "What every function runs on")
        self.parsers = self._layer("documents", "Parsers of what people upload")
        self.events = Bus(self, "Events")
        self._answer_people()
        self._work_through_queues()
        self._collect()
        self._carry_requests_through()
        self._relay()
        self.events.route(self.queues)
        self.api = Api(
            self,
            "Api",
            environment=environment,
            pool=data.people.pool,
            functions=self.functions,
        )
        if environment.firewall:
            Firewall(self, "Firewall", stage_arn=self.api.stage_arn)
        self._watch()
        self._say()

    def _layer(self, requirements: str, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            f"{requirements.title()}Layer",
            description=description,
            code=lambda_.Code.from_asset(str(packaging.layer_of(requirements))),
            compatible_architectures=[lambda_.Architecture.ARM_64],
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        )

    def _function(
        self,
        name: str,
        settings: FunctionSettings,
        *,
        timeout: Duration = AT_ONCE,
        memory_mib: int = 512,
        parses_uploads: bool = False,
    ) -> PythonFunction:
        function = PythonFunction(
            self,
            name,
            environment=self.deployed_to,
            settings=settings.model_copy(update={"web_origins": ",".join(self.deployed_to.web_origins)}),
            layers=[self.libraries, self.parsers] if parses_uploads else [self.libraries],
            timeout=timeout,
            memory_mib=memory_mib,
        )
        self.functions[name] = function
        return function

    def _answer_people(self) -> None:
        data = self.data
        sign_in = self._function(
            "sign_in",
            SignIn(
                access_table=data.access.name,
                user_pool_id=data.people.pool.user_pool_id,
                user_pool_client_id=data.people.client.user_pool_client_id,
                data_key_arn=data.keys.data.key_arn,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.access.let(sign_in, "get", "put", "update", "remove")
        data.people.let_sign_in(sign_in)
        self._let_seal(sign_in)
        self._let_open(sign_in)
        self._let_hash(sign_in)

        edit_request = self._function(
            "edit_request", EditRequest(requests_table=data.requests.name, register_table=data.register.name)
        )
        data.requests.let(edit_request, "get", "list", "put", by=("by_owner",))
        data.register.let(edit_request, "get", "list")

        request_upload = self._function(
            "request_upload",
            RequestUpload(
                requests_table=data.requests.name,
                quarantine_bucket=data.documents.quarantine.bucket_name,
                data_key_arn=data.keys.data.key_arn,
            ),
        )
        data.requests.let(request_upload, "get", "put")
        data.documents.let_receive(request_upload)

        issue_code = self._function(
            "issue_code", IssueCode(requests_table=data.requests.name, access_table=data.access.name)
        )
        data.requests.let(issue_code, "get")
        data.access.let(issue_code, "get", "put")

        submit_request = self._function(
            "submit_request",
            SubmitRequest(
                requests_table=data.requests.name,
                access_table=data.access.name,
                mac_key_arn=data.keys.mac.key_arn,
            ),
        )
        data.requests.let(submit_request, "get", "put")
        data.access.let(submit_request, "update")
        self._let_hash(submit_request)

        respond_to_period = self._function(
            "respond_to_period",
            RespondToPeriod(requests_table=data.requests.name, register_table=data.register.name),
        )
        data.requests.let(respond_to_period, "get", "put", by=("by_desk",))
        data.register.let(respond_to_period, "get", "list")

        review_request = self._function(
            "review_request",
            ReviewRequest(
                requests_table=data.requests.name,
                register_table=data.register.name,
                clean_bucket=data.documents.clean.bucket_name,
                data_key_arn=data.keys.data.key_arn,
            ),
        )
        data.requests.let(review_request, "get", "list", "put", by=("by_desk",))
        data.register.let(review_request, "get", "list")
        data.documents.let_show(review_request)

        view_accounts = self._function("view_accounts", ViewAccounts(register_table=data.register.name))
        data.register.let(view_accounts, "get", "list", by=("by_establishment",))

    def _work_through_queues(self) -> None:
        data = self.data
        send_otp = self._function(
            "send_otp",
            SendOtp(
                access_table=data.access.name,
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                sms_secret_arn=data.sms.arn,
            ),
            timeout=SOON,
        )
        data.access.let(send_otp, "get", "update")
        data.register.let(send_otp, "get")
        self._let_hash(send_otp)
        self._let_open(send_otp)
        data.absher.let_read(send_otp)
        data.sms.let_read(send_otp)
        # one at a time: the person is looking at the telephone, and one slow gateway must not hold another's code
        self._queue("codes", send_otp, batch_size=1)

        notify = self._function(
            "notify",
            Notify(
                requests_table=data.requests.name,
                register_table=data.register.name,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
                sms_secret_arn=data.sms.arn,
            ),
            timeout=SOON,
        )
        data.requests.let(notify, "get")
        data.register.let(notify, "get")
        self._let_open(notify)
        data.absher.let_read(notify)
        data.sms.let_read(notify)
        self._queue("notices", notify, batch_size=5)

        inspect_document = self._function(
            "inspect_document",
            InspectDocument(
                requests_table=data.requests.name,
                quarantine_bucket=data.documents.quarantine.bucket_name,
                clean_bucket=data.documents.clean.bucket_name,
                data_key_arn=data.keys.data.key_arn,
                malware_scan=self.deployed_to.malware_scan,
            ),
            timeout=THOROUGHLY,
            memory_mib=1024,
            parses_uploads=True,
        )
        data.requests.let(inspect_document, "get", "put")
        data.documents.let_inspect(inspect_document, tagged=self.deployed_to.malware_scan == "tag")
        self._queue("documents", inspect_document, batch_size=1)
        Uploads(
            self,
            "Uploads",
            bucket=data.documents.quarantine,
            queue=self.queues["documents"],
            scanned=self.deployed_to.malware_scan == "tag",
        )

        ingest_contract = self._function(
            "ingest_contract",
            IngestContract(
                register_table=data.register.name,
                mac_key_arn=data.keys.mac.key_arn,
                data_key_arn=data.keys.data.key_arn,
                absher_secret_arn=data.absher.arn,
            ),
            timeout=SOON,
        )
        data.register.let(ingest_contract, "get", "list", "put")
        self._let_hash(ingest_contract)
        self._let_seal(ingest_contract)
        data.absher.let_read(ingest_contract)
        # these messages are Qiwa's own words: names, identity numbers, wages
        contracts = self._queue(
            "contracts", ingest_contract, batch_size=10, max_concurrency=CONTRACT_BATCHES, personal=True
        )

        receive_contract = self._function(
            "receive_contract",
            ReceiveContract(contracts_queue_url=contracts.queue.queue_url, qiwa_secret_arn=data.qiwa.arn),
        )
        contracts.let_send(receive_contract)
        data.qiwa.let_read(receive_contract)

    def _collect(self) -> None:
        data = self.data
        view_bills = self._function("view_bills", ViewBills(register_table=data.register.name))
        data.register.let(view_bills, "get", "list", by=("by_establishment",))
        decide_bill = self._function("decide_bill", DecideBill(register_table=data.register.name))
        data.register.let(decide_bill, "get", "list", "put", by=("by_establishment",))

        settle_bill = self._function(
            "settle_bill", SettleBill(register_table=data.register.name), timeout=SOON
        )
        data.register.let(settle_bill, "get", "put")
        # references and sums, nobody's name
        payments = self._queue("payments", settle_bill, batch_size=10, max_concurrency=PAYMENT_BATCHES)
        receive_payment = self._function(
            "receive_payment",
            ReceivePayment(
                payments_queue_url=payments.queue.queue_url, payments_secret_arn=data.payments.arn
            ),
        )
        payments.let_send(receive_payment)
        data.payments.let_read(receive_payment)

    def _carry_requests_through(self) -> None:
        data = self.data
        steps = {
            "CheckEligibility": self._function(
                "check_eligibility",
                CheckEligibility(requests_table=data.requests.name, register_table=data.register.name),
                timeout=SOON,
            ),
            "AssignTask": self._function(
                "assign_task", AssignTask(requests_table=data.requests.name), timeout=SOON
            ),
            "RecordTimeout": self._function(
                "record_timeout", RecordTimeout(requests_table=data.requests.name), timeout=SOON
            ),
            "PostPeriod": self._function(
                "post_period",
                PostPeriod(requests_table=data.requests.name, register_table=data.register.name),
                timeout=SOON,
            ),
        }
        data.requests.let(steps["CheckEligibility"], "get")
        data.register.let(steps["CheckEligibility"], "get", "list")
        data.requests.let(steps["AssignTask"], "get", "put")
        data.requests.let(steps["RecordTimeout"], "get", "put")
        data.requests.let(steps["PostPeriod"], "get", "put")
        data.register.let(steps["PostPeriod"], "get", "list", "put")
        self.add_period = Workflow(self, "add_period", environment=self.deployed_to, calls=steps)

        drive_workflow = self._function(
            "drive_workflow",
            DriveWorkflow(requests_table=data.requests.name, add_period_arn=self.add_period.arn),
            timeout=SOON,
        )
        data.requests.let(drive_workflow, "get")
        self.add_period.let_drive(drive_workflow)
        self._queue("workflow", drive_workflow, batch_size=5)

    def _relay(self) -> None:
        relay_events = self._function(
            "relay_events", RelayEvents(bus_name=self.events.bus.event_bus_name), timeout=SOON
        )
        self.events.let_publish(relay_events)
        tables = [self.data.requests, self.data.register, self.data.access]
        self.relay = Relay(self, "Relay", function=relay_events, tables=tables)

    def _queue(
        self,
        name: str,
        worker: PythonFunction,
        *,
        batch_size: int,
        max_concurrency: int | None = None,
        personal: bool = False,
    ) -> WorkQueue:
        queue = WorkQueue(
            self,
            name,
            worker=worker,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
            key=self.data.keys.data if personal else None,
        )
        self.queues[name] = queue
        return queue

    def _let_open(self, function: PythonFunction) -> None:
        """Decrypting identity fields inside items."""
        function.may("kms:Decrypt", on=[self.data.keys.data.key_arn])

    def _let_seal(self, function: PythonFunction) -> None:
        """Encrypting identity fields inside items."""
        function.may("kms:Encrypt", on=[self.data.keys.data.key_arn])

    def _let_hash(self, function: PythonFunction) -> None:
        """Keyed hashes."""
        function.may("kms:GenerateMac", on=[self.data.keys.mac.key_arn])

    def _watch(self) -> None:
        alarms = Alarms(self, "Alarms", environment=self.deployed_to, key=self.data.keys.data)
        for queue in self.queues.values():
            alarms.on_dead_letters(queue.name.title(), queue.dead_letters, runbook="dead-letters")
        alarms.on_dead_letters("Relay", self.relay.dead_letters, runbook="relay-dead-letters")
        alarms.on_functions(self.functions.values())
        alarms.on_workflow(self.add_period)

    def _say(self) -> None:
        outputs = {
            "ApiUrl": self.api.url,
            "ApiId": self.api.api.rest_api_id,
            "BusName": self.events.bus.event_bus_name,
            "AddPeriodArn": self.add_period.arn,
            "RelayDeadLettersUrl": self.relay.dead_letters.queue_url,
        }
        for name, queue in self.queues.items():
            outputs[f"{name.title()}QueueUrl"] = queue.queue.queue_url
            outputs[f"{name.title()}DeadLettersUrl"] = queue.dead_letters.queue_url
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
