"""A synthesised CDK assembly (`cdk.out`): stacks in order of deployment, and their assets."""

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from localcloud.surroundings import without_inherited

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "eu-central-1"
"""S3 takes signature version 4 only there, the one that is checked here; the SDK signs forms for it unasked."""


class SynthesisFailed(Exception):
    """The CDK app did not write an assembly; the message is what it printed."""


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
    def read(cls, directory: Path, *, region: str = DEFAULT_REGION) -> "Assembly":
        """The assembly in a folder; `region` is where it is deployed when the app left that open."""
        manifest = json.loads((directory / "manifest.json").read_text())
        artifacts: dict[str, Any] = manifest["artifacts"]
        order = TopologicalSorter({name: item.get("dependencies", []) for name, item in artifacts.items()})
        stacks = []
        place = DEFAULT_ACCOUNT, region
        assets: dict[str, Path] = {}
        for name in order.static_order():
            artifact = artifacts[name]
            if artifact["type"] == "aws:cloudformation:stack":
                properties = artifact["properties"]
                place = _place(artifact.get("environment", ""), region)
                template = json.loads((directory / properties["templateFile"]).read_text())
                stacks.append(Stack(name=properties.get("stackName", name), template=template))
            elif artifact["type"] == "cdk:asset-manifest":
                assets |= _assets(directory, artifact["properties"]["file"])
            elif artifact["type"] == "cdk:cloud-assembly":
                nested = cls.read(directory / artifact["properties"]["directoryName"], region=region)
                stacks.extend(nested.stacks)
                assets |= nested.assets
        return cls(directory, tuple(stacks), assets, *place)


def _place(environment: str, default_region: str) -> tuple[str, str]:
    """Account and region of `aws://account/region`, each the default where the app left it open."""
    account, _, region = environment.removeprefix("aws://").partition("/")
    return (
        account if account.isdigit() else DEFAULT_ACCOUNT,
        default_region if not region or region.startswith("unknown") else region,
    )


def _assets(directory: Path, manifest: str) -> dict[str, Path]:
    files = json.loads((directory / manifest).read_text()).get("files", {}).values()
    return {
        destination["objectKey"]: (directory / file["source"]["path"]).resolve()
        for file in files
        for destination in file["destinations"].values()
    }


def is_stale(directory: Path, *, sources: Iterable[Path]) -> bool:
    """Whether the assembly is missing or older than any of the files and folders it is synthesised from."""
    manifest = directory / "manifest.json"
    if not manifest.exists():
        return True
    written = manifest.stat().st_mtime
    return any(_newest(source) > written for source in sources)


def synthesise(directory: Path, *, command: Sequence[str], run_in: Path) -> None:
    """Run the CDK app; what it prints is shown only when it fails."""
    done = subprocess.run(
        command,
        cwd=run_in,
        env=without_inherited(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (directory / "manifest.json").exists():
        raise SynthesisFailed(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


def _newest(path: Path) -> float:
    if path.is_file():
        return path.stat().st_mtime
    files = (item for item in path.rglob("*") if item.is_file() and "__pycache__" not in item.parts)
    return max((item.stat().st_mtime for item in files), default=0.0)
