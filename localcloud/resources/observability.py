"""Observability, none of which is modelled: logs, metrics, alarms, traces, metadata."""

from localcloud.resources.reasons import NO_OBSERVABILITY, NO_PERMISSIONS
from localcloud.support import accept_without_effect

accept_without_effect("AWS::Logs::LogGroup", reason="lines go to a file for each function")
accept_without_effect("AWS::Logs::MetricFilter", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::Logs::ResourcePolicy", reason=NO_PERMISSIONS)
accept_without_effect("AWS::CloudWatch::Alarm", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::CloudWatch::CompositeAlarm", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::CloudWatch::Dashboard", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::XRay::Group", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::CDK::Metadata", reason="it describes the tool, not the system")
