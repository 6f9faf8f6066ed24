"""The developer's endpoints under `/_local/`: look at the cloud, let time pass in it, inject faults."""

import json
import time
from dataclasses import asdict

from werkzeug.wrappers import Request, Response

from localcloud.running_cloud import RunningCloud
from localcloud.site import Endpoint, as_json


class Admin:
    """One method for each endpoint; a name that is not there (KeyError) is answered 404 by the server."""

    def __init__(self, cloud: RunningCloud) -> None:
        self._cloud = cloud

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        return [
            ("/_local/outputs", "GET", self.outputs),
            ("/_local/calls", "GET", self.calls),
            ("/_local/calls/<trace_id>", "GET", self.calls),
            ("/_local/calls", "DELETE", self.forget_calls),
            ("/_local/dead-letters", "GET", self.dead_letters),
            ("/_local/executions/<name>", "GET", self.execution),
            ("/_local/expire/<name>", "POST", self.expire),
            ("/_local/schedules", "GET", self.schedules),
            ("/_local/fire/<path:name>", "POST", self.fire),
            ("/_local/ttl", "POST", self.sweep),
            ("/_local/redeliver", "POST", self.redeliver),
            ("/_local/settle", "POST", self.settle),
            ("/_local/scans", "GET", self.scans),
            ("/_local/scanner", "POST", self.behave),
            ("/_local/rescan/<bucket>/<path:key>", "POST", self.rescan),
            ("/_local/faults", "POST", self.arm),
            ("/_local/faults", "DELETE", self.disarm),
        ]

    def outputs(self, _: Request) -> Response:
        return as_json(self._cloud.outputs)

    def calls(self, _: Request, trace_id: str | None = None) -> Response:
        """AWS calls by function and operation, and each invocation; of one request when its trace is named."""
        call_log = self._cloud.call_log
        return as_json({"counts": call_log.counts(), "invocations": call_log.invocations(trace_id=trace_id)})

    def forget_calls(self, _: Request) -> Response:
        self._cloud.call_log.clear()
        return Response(status=204)

    def dead_letters(self, _: Request) -> Response:
        return as_json(self._cloud.dead_letters())

    def execution(self, _: Request, name: str) -> Response:
        return as_json(self._cloud.executions.describe(name))

    def expire(self, _: Request, name: str) -> Response:
        return as_json({"expired": self._cloud.executions.expire(name)})

    def schedules(self, _: Request) -> Response:
        return as_json([schedule.to_json() for schedule in self._cloud.schedules()])

    def fire(self, _: Request, name: str) -> Response:
        return as_json({"fired": self._cloud.fire(name)})

    def sweep(self, request: Request) -> Response:
        now = float(request.args.get("now", time.time()))
        return as_json({"deleted": self._cloud.sweep(now=now)})

    def redeliver(self, _: Request) -> Response:
        return as_json({"redelivered": self._cloud.redeliver_soon()})

    def settle(self, request: Request) -> Response:
        return as_json({"settled": self._cloud.settle(timeout=float(request.args.get("timeout", 10)))})

    def scans(self, _: Request) -> Response:
        return as_json([scan.to_json() for scan in self._cloud.scanner.scans()])

    def behave(self, request: Request) -> Response:
        """How the malware scanner behaves from now on; the fields are those of its `Behaviour`."""
        try:
            self._cloud.scanner.behave(**json.loads(request.get_data() or b"{}"))
        except (TypeError, ValueError) as refused:
            return as_json({"error": str(refused)}, status=400)
        return as_json(asdict(self._cloud.scanner.behaviour))

    def rescan(self, _: Request, bucket: str, key: str) -> Response:
        self._cloud.scanner.rescan(bucket, key)
        return Response(status=204)

    def arm(self, request: Request) -> Response:
        asked = json.loads(request.get_data())
        if asked.get("when") not in ("before", "after") or int(asked.get("call", 0)) < 1:
            return as_json({"error": "a fault is {function, call: 1.., when: before|after}"}, status=400)
        self._cloud.arm(asked["function"], call=int(asked["call"]), when=asked["when"])
        return Response(status=204)

    def disarm(self, _: Request) -> Response:
        self._cloud.call_log.disarm()
        return Response(status=204)
