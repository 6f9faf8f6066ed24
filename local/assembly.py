"""The synthesised CDK assembly (`cdk.out`) as the local cloud reads it: stacks in order, and their assets."""

import json
import subprocess
import sys
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

_ACCOUNT = "123456789012"
_REGION = "me-south-1"
_SOURCES = ("infra", "functions", "ishtirak", "workflows", "cdk.json", "requirements/lambda.txt")


@dataclass(frozen=True)
class Stack:
    name: str
    template: dict[str, Any]


@dataclass(frozen=True)
class Assembly:
    """Stacks such that each comes after those it depends on, and the folder of each asset by object key."""

    directory: Path
    stacks: tuple[Stack, ...]
    assets: dict[str, Path]
    account: str
    region: str

    @classmethod
    def read(cls, directory: Path) -> "Assembly":
        manifest = json.loads((directory / "manifest.json").read_text())
        artifacts: dict[str, Any] = manifest["artifacts"]
        order = TopologicalSorter({name: item.get("dependencies", []) for name, item in artifacts.items()})
        stacks = []
        account, region = _ACCOUNT, _REGION
        assets: dict[str, Path] = {}
        for name in order.static_order():
            artifact = artifacts[name]
            if artifact["type"] == "aws:cloudformation:stack":
                properties = artifact["properties"]
                account, region = _place(artifact.get("environment", ""))
                template = json.loads((directory / properties["templateFile"]).read_text())
                stacks.append(Stack(name=properties.get("stackName", name), template=template))
            elif artifact["type"] == "cdk:asset-manifest":
                assets |= _assets(directory, artifact["properties"]["file"])
            elif artifact["type"] == "cdk:cloud-assembly":
                nested = cls.read(directory / artifact["properties"]["directoryName"])
                stacks.extend(nested.stacks)
                assets |= nested.assets
        return cls(directory, tuple(stacks), assets, account, region)


def _place(environment: str) -> tuple[str, str]:
    """Account and region of `aws://account/region`, where the app left them open: ours."""
    account, _, region = environment.removeprefix("aws://").partition("/")
    return (
        _ACCOUNT if not account.isdigit() else account,
        _REGION if not region or region.startswith("unknown") else region,
    )


def _assets(directory: Path, manifest: str) -> dict[str, Path]:
    files = json.loads((directory / manifest).read_text()).get("files", {}).values()
    return {
        destination["objectKey"]: (directory / file["source"]["path"]).resolve()
        for file in files
        for destination in file["destinations"].values()
    }


def is_stale(directory: Path, root: Path) -> bool:
    """Whether the assembly is missing or older than anything it is synthesised from."""
    manifest = directory / "manifest.json"
    if not manifest.exists():
        return True
    written = manifest.stat().st_mtime
    return any(_newest(root / source) > written for source in _SOURCES)


def synthesise(directory: Path, root: Path) -> None:
    """Run the CDK app; its output is shown only when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode or not (directory / "manifest.json").exists():
        raise RuntimeError(f"python -m infra.app failed:\n{done.stdout}\n{done.stderr}")


def _newest(path: Path) -> float:
    if path.is_file():
        return path.stat().st_mtime
    files = (item for item in path.rglob("*") if item.is_file() and "__pycache__" not in item.parts)
    return max((item.stat().st_mtime for item in files), default=0.0)
