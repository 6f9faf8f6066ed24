"""What differs between two deployments, typed; the values are the context of cdk.json."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ishtirak.privacy.rules import access_log_days

#: Regions inside the kingdom. `me-west-1` is listed by the SDK; check its services before the first deployment.
KINGDOM_REGIONS = frozenset({"me-west-1"})
#: CloudFormation refuses SnapStart in these, although the guide lists them.
REGIONS_WITHOUT_SNAP_START = frozenset({"me-west-1", "me-central-1", "il-central-1"})


class Environment(BaseModel):
    """One deployment of the system.

    A production environment keeps people's data, so it is refused outside the kingdom unless `residency_reason`
    says in writing who allowed it and on what ground.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,19}$")
    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")
    account: str | None = Field(default=None, pattern=r"^[0-9]{12}$")
    web_origins: tuple[str, ...] = Field(min_length=1)
    log_retention_days: int
    retain_data: bool
    firewall: bool = True
    snap_start: bool = False
    manage_api_account: bool = True
    alarm_mail: str | None = None
    residency_reason: str | None = Field(default=None, min_length=20)

    @property
    def production(self) -> bool:
        """Whether it may hold real people's data."""
        return self.name == "production"

    @field_validator("web_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or not host or "/" in host or "*" in host or "'" in host:
                raise ValueError(f"{origin!r} is not an exact web origin (scheme://host[:port])")
        return origins

    @model_validator(mode="after")
    def _check_residency(self) -> Self:
        if self.production and self.region not in KINGDOM_REGIONS and self.residency_reason is None:
            raise ValueError(
                f"production in {self.region} is outside the kingdom; "
                "give residency_reason in the context, saying who allowed it and why"
            )
        return self

    @model_validator(mode="after")
    def _check_retention(self) -> Self:
        if self.production and not self.retain_data:
            raise ValueError("production keeps its data when its stack is deleted: retain_data must be true")
        return self

    @model_validator(mode="after")
    def _check_access_logs(self) -> Self:
        """By the youngest value there is, so that a template depends on no day."""
        needed = access_log_days(date.max)
        if self.production and self.log_retention_days < needed:
            raise ValueError(f"production keeps its logs of access for {needed} days at least (NCA controls)")
        return self

    @model_validator(mode="after")
    def _check_snap_start(self) -> Self:
        if self.snap_start and self.region in REGIONS_WITHOUT_SNAP_START:
            raise ValueError(f"SnapStart is not offered in {self.region}")
        return self

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self:
        """The environment the context names; single values may be overridden beside it (`-c region=…`)."""
        name = str(context["environment"])
        described = dict(context["environments"])
        if name not in described:
            raise ValueError(f"no environment {name!r}; cdk.json describes {sorted(described)}")
        overridden = {
            field: _parse_context_value(context[field]) for field in cls.model_fields if field in context
        }
        return cls.model_validate({**described[name], **overridden, "name": name})


def _parse_context_value(value: Any) -> Any:
    """The CDK command passes every `-c` value as text."""
    match value:
        case "true" | "false":
            return value == "true"
        case str() if value.startswith("http"):
            return tuple(value.split(","))
        case _:
            return value
