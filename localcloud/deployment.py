"""What a deployment has created so far, and what the creator of one resource may use."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud.functions import Function
from localcloud.template import Properties, TemplateRefused


@dataclass(frozen=True)
class Api:
    """A REST API as the template described it."""

    api_id: str
    properties: Properties
    stages: dict[str, Mapping[str, str] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class MalwarePlan:
    """Which objects are scanned as they arrive, and whether the result becomes a tag of theirs."""

    bucket: str
    prefixes: tuple[str, ...]
    tags: bool


@dataclass
class Deployment:
    """What was created from the templates, beyond what moto itself holds."""

    functions: dict[str, Function] = field(default_factory=dict)
    event_sources: list[Properties] = field(default_factory=list)
    apis: dict[str, Api] = field(default_factory=dict)
    malware_plans: dict[str, MalwarePlan] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ResourceContext:
    """One resource being created: where it stands, and what its creator may use."""

    stack: str
    logical_id: str
    client: Callable[[str], Any]
    assets: Mapping[str, Path]
    deployment: Deployment
    endpoint: str | None
    account: str
    region: str

    def name(self, given: str | None, *, limit: int, lower: bool = False) -> str:
        """The given name, or one that is the same in every run of the same template."""
        if given:
            return given
        suffix = self._digest()[:8]
        name = re.sub(r"[^A-Za-z0-9-]", "", f"{self.stack}-{self.logical_id}")[: limit - 9] + "-" + suffix
        return name.lower() if lower else name

    def short_id(self) -> str:
        return self._digest()[:10]

    def _digest(self) -> str:
        return hashlib.sha256(f"{self.stack}/{self.logical_id}".encode()).hexdigest()

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def queue_url(self, url: str) -> str:
        """The URL a function can reach: the local endpoint, where there is one."""
        return f"{self.endpoint}/{self.account}/{url.rsplit('/', 1)[-1]}" if self.endpoint else url

    def add_function(self, name: str, properties: Properties) -> None:
        asset = self.assets.get(properties["Code"]["S3Key"])
        if asset is None or not asset.is_dir():
            raise TemplateRefused(f"{self.logical_id}: its code is not a folder asset of this assembly")
        self.deployment.functions[name] = Function(
            name=name,
            arn=self.arn("lambda", f"function:{name}"),
            root=asset,
            handler=properties["Handler"],
            timeout=float(properties.get("Timeout", 3)),
            memory=int(properties.get("MemorySize", 128)),
            environment={
                key: str(value)
                for key, value in properties.get("Environment", {}).get("Variables", {}).items()
            },
            log_format=properties.get("LoggingConfig", {}).get("LogFormat", "Text"),
            concurrency=properties.get("ReservedConcurrentExecutions"),
            dead_letter_arn=properties.get("DeadLetterConfig", {}).get("TargetArn"),
        )

    def add_event_source(self, properties: Properties) -> None:
        self.deployment.event_sources.append(properties)

    def add_api(self, api_id: str, properties: Properties) -> None:
        self.deployment.apis[api_id] = Api(api_id, properties)

    def add_stage(self, api_id: str, stage: str, variables: Mapping[str, str] | None) -> None:
        self.deployment.apis[api_id].stages[stage] = variables
