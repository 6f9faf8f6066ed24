"""Messaging: queues, topics, event buses, rules and schedules."""

import json

from localcloud.deployment import ResourceContext
from localcloud.resources.properties import as_json_text, pick
from localcloud.resources.reasons import NO_PERMISSIONS, NO_TAGS
from localcloud.support import accept_without_effect, resource_type
from localcloud.template import Created, Properties


@resource_type(
    "AWS::SQS::Queue",
    supported="QueueName VisibilityTimeout MessageRetentionPeriod DelaySeconds RedrivePolicy "
    "RedriveAllowPolicy ReceiveMessageWaitTimeSeconds MaximumMessageSize FifoQueue "
    "ContentBasedDeduplication KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled",
    not_modelled=NO_TAGS,
)
def queue(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("QueueName"), limit=80)
    attributes = {
        key: json.dumps(value) if isinstance(value, dict | bool) else str(value)
        for key, value in properties.items()
        if key not in ("QueueName", "Tags")
    }
    url = context.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Created(
        context.queue_url(url), {"Arn": context.arn("sqs", name), "QueueName": name, "QueueUrl": url}
    )


@resource_type("AWS::SNS::Topic", supported="TopicName DisplayName KmsMasterKeyId", not_modelled=NO_TAGS)
def topic(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("TopicName"), limit=256)
    attributes = pick(properties, "DisplayName", "KmsMasterKeyId")
    arn = context.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
    return Created(arn, {"TopicArn": arn, "TopicName": name})


@resource_type(
    "AWS::Events::EventBus",
    supported="Name Description",
    not_modelled={"KmsKeyIdentifier": NO_PERMISSIONS, **NO_TAGS},
)
def event_bus(properties: Properties, context: ResourceContext) -> Created:
    arn = context.client("events").create_event_bus(Name=properties["Name"])["EventBusArn"]
    return Created(properties["Name"], {"Arn": arn, "Name": properties["Name"]})


@resource_type(
    "AWS::Events::Rule",
    supported="Name Description EventBusName EventPattern ScheduleExpression State Targets.Arn Targets.Id "
    "Targets.Input Targets.InputPath Targets.InputTransformer Targets.DeadLetterConfig "
    "Targets.RetryPolicy Targets.SqsParameters",
    not_modelled={"RoleArn": NO_PERMISSIONS, "Targets.RoleArn": NO_PERMISSIONS, **NO_TAGS},
)
def rule(properties: Properties, context: ResourceContext) -> Created:
    client = context.client("events")
    name = context.name(properties.get("Name"), limit=64)
    bus = properties.get("EventBusName", "default").split("/")[-1]
    settings = pick(properties, "Description", "ScheduleExpression", "State")
    if "EventPattern" in properties:
        settings["EventPattern"] = json.dumps(properties["EventPattern"])
    arn = client.put_rule(Name=name, EventBusName=bus, **settings)["RuleArn"]
    targets = [
        {**target, "Input": as_json_text(target["Input"])} if "Input" in target else target
        for target in properties.get("Targets", [])
    ]
    if targets:
        client.put_targets(Rule=name, EventBusName=bus, Targets=targets)
    return Created(name if bus == "default" else f"{bus}|{name}", {"Arn": arn})


@resource_type(
    "AWS::Scheduler::Schedule",
    supported="Name GroupName Description ScheduleExpression ScheduleExpressionTimezone State StartDate "
    "EndDate FlexibleTimeWindow Target.Arn Target.Input Target.DeadLetterConfig Target.RetryPolicy",
    not_modelled={"Target.RoleArn": NO_PERMISSIONS, "KmsKeyArn": NO_PERMISSIONS},
)
def schedule(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("Name"), limit=64)
    made = context.client("scheduler").create_schedule(**{**properties, "Name": name})
    return Created(name, {"Arn": made["ScheduleArn"]})


@resource_type("AWS::Scheduler::ScheduleGroup", supported="Name", not_modelled=NO_TAGS)
def schedule_group(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("Name"), limit=64)
    arn = context.client("scheduler").create_schedule_group(Name=name)["ScheduleGroupArn"]
    return Created(name, {"Arn": arn})


accept_without_effect("AWS::SQS::QueuePolicy", reason=NO_PERMISSIONS)
accept_without_effect("AWS::SNS::TopicPolicy", reason=NO_PERMISSIONS)
accept_without_effect("AWS::Events::EventBusPolicy", reason=NO_PERMISSIONS)
accept_without_effect("AWS::SNS::Subscription", reason="what is published to a topic is delivered to nobody")
