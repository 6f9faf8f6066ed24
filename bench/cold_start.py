"""CPU of the first answer of a fresh process, ours against all of Powertools with boto3. `python -m bench.cold_start`.

A start is: interpreter, imports, the routes, clients of DynamoDB and KMS, and one request that is refused before it
touches either. The slowest of our HTTP functions is found first; then fresh processes take turns. Minima of CPU are
compared, as was decided beforehand: a start can be disturbed, never hurried. Exit status as `bench.submit`: the ceiling
is kept or not, the goal is told (docs/decisions/0081).
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 13
SEARCH_ROUNDS = 3
GOAL = 0.60
CEILING = 1.05
WITHOUT_BYTECODE_AT_LEAST = 2.0
#: What a function imports and a layer would ship; the standard library keeps its bytecode.
SHIPPED = (
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "dateutil",
    "hijridate",
    "jmespath",
    "pydantic",
    "s3transfer",
    "urllib3",
)
SURROUNDINGS = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "me-central-1",
    "AWS_LAMBDA_FUNCTION_NAME": "cold",
    "POWERTOOLS_METRICS_NAMESPACE": "Ishtirak",
    "POWERTOOLS_SERVICE_NAME": "cold",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

_ENDING = """
event = {"resource": "/", "path": "/v1/none", "httpMethod": "POST", "headers": {}, "multiValueHeaders": {},
         "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None,
         "stageVariables": None, "requestContext": {"requestId": "r"}, "body": None, "isBase64Encoded": False}
context = type("Context", (), {"function_name": "cold", "memory_limit_in_mb": 512, "aws_request_id": "r",
               "invoked_function_arn": "arn:aws:lambda:x:1:function:cold"})()
import sys, resource
assert handler(event, context)["statusCode"] == 404
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, file=sys.stderr)
"""
OURS = """
from functions.{name}.handler import build
from functions.{name}.settings import Settings
from ishtirak.adapters.clients import client
required = [name for name, field in Settings.model_fields.items() if field.is_required()]
handler = build(Settings(**dict.fromkeys(required, "none"))).resolve
client("dynamodb"), client("kms")
"""
POWERTOOLS = """
import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic import BaseModel, Field
logger, metrics, tracer = Logger(), Metrics(), Tracer()
app = APIGatewayRestResolver(enable_validation=True)

class Submission(BaseModel):
    challenge_id: str = Field(min_length=36, max_length=36)
    code: str = Field(min_length=1, max_length=20)

class Confirmation(BaseModel):
    request_id: str
    reference: str
    state: str
    submitted_at: str

@app.post("/v1/requests/<request_id>/submission")
@tracer.capture_method
def submit(submission: Submission, request_id: str) -> Confirmation:
    return Confirmation(request_id=request_id, reference="r", state="s", submitted_at="t")

@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event, context):
    return app.resolve(event, context)

boto3.client("dynamodb"), boto3.client("kms")
"""


def start(program: str, *, path: Path = ROOT, written: bool = True) -> float:
    """The CPU seconds of one fresh process, children excluded."""
    surroundings = {**os.environ, **SURROUNDINGS, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": ""}
    if not written:
        surroundings["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-W", "ignore", "-c", program + _ENDING]
    ended = subprocess.run(command, cwd=path, env=surroundings, capture_output=True, text=True, check=True)
    return float(ended.stderr.splitlines()[-1])


def slowest(names: list[str]) -> tuple[str, Mapping[str, float]]:
    """The HTTP function whose first answer costs most, and what each costs."""
    found = {name: min(start(OURS.format(name=name)) for _ in range(SEARCH_ROUNDS)) for name in names}
    return max(found, key=found.__getitem__), found


def without_bytecode(program: str, folder: Path) -> float:
    """The same start from sources only, as a package zipped without its `.pyc` starts."""
    site, bare = Path(sysconfig.get_paths()["purelib"]), shutil.ignore_patterns("__pycache__")
    for name in SHIPPED:
        shutil.copytree(site / name, folder / name, ignore=bare)
    for name in ("functions", "ishtirak"):
        shutil.copytree(ROOT / name, folder / name, ignore=bare)
    return min(start(program, path=folder, written=False) for _ in range(SEARCH_ROUNDS))


def http_functions() -> list[str]:
    """Those the API's document names."""
    document = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text(encoding="utf-8"))
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    return sorted({operation["x-ishtirak-function"] for operation in operations})


def main() -> int:
    """Print the figures and judge them."""
    name, found = slowest(http_functions())
    for each, seconds in sorted(found.items(), key=lambda pair: pair[1]):
        print(f"  {each:<20} {seconds * 1000:5.0f} ms CPU")
    variants = {
        "powertools": POWERTOOLS,
        "powertools (twin)": POWERTOOLS,
        f"ours: {name}": OURS.format(name=name),
    }
    times: dict[str, list[float]] = {each: [] for each in variants}
    for turn in range(ROUNDS):
        order = list(variants)
        for each in order[turn % len(order) :] + order[: turn % len(order)]:
            times[each].append(start(variants[each]))
    least = {each: min(measured) for each, measured in times.items()}
    for each, seconds in least.items():
        print(
            f"{each:<28} {seconds * 1000:5.0f} ms CPU at least, {seconds / least['powertools']:.2f} of powertools"
        )
    twin = least["powertools (twin)"] / least["powertools"]
    if not 0.95 <= twin <= 1.05:
        print("void: the A/A twins disagree")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        slower = without_bytecode(OURS.format(name=name), Path(folder)) / least[f"ours: {name}"]
    ratio = least[f"ours: {name}"] / least["powertools"]
    print(
        f"{ratio:.2f} of powertools, goal {GOAL}; without bytecode {slower:.1f}x, goal {WITHOUT_BYTECODE_AT_LEAST}x"
    )
    return 0 if ratio <= CEILING and slower >= WITHOUT_BYTECODE_AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
