"""A small assembly in the format CDK writes: these tests need neither Node nor the product's template."""

import json
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).with_name("sample")
_ASSET = "asset.zip"


def function(handler: str, **environment: Any) -> dict[str, Any]:
    variables = {"TABLE": {"Ref": "Table"}, "SEEN": {"Ref": "Seen"}, **environment}
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": f"main.{handler}",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": _ASSET},
            "Timeout": 2,
            "Environment": {"Variables": variables},
        },
    }


def _table(*, stream: bool, keys: tuple[str, str]) -> dict[str, Any]:
    kinds = zip(keys, ("HASH", "RANGE"), strict=True)
    properties: dict[str, Any] = {
        "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in kinds],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in keys],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    }
    if stream:
        properties["StreamSpecification"] = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties}


def _pool(client: str) -> dict[str, Any]:
    schema = [{"Name": "national_id", "AttributeDataType": "String", "Mutable": False}]
    return {
        client: {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": client, "Schema": schema}},
        f"{client}Client": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "UserPoolId": {"Ref": client},
                "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "IdTokenValidity": 5,
                "AccessTokenValidity": 10,
                "RefreshTokenValidity": 60,
                "TokenValidityUnits": {
                    "IdToken": "minutes",
                    "AccessToken": "minutes",
                    "RefreshToken": "minutes",
                },
            },
        },
    }


def _integration() -> dict[str, Any]:
    arn = {"Fn::GetAtt": ["Api", "Arn"]}
    path = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations"
    return {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": [path, {"arn": arn}]}}


def _document() -> dict[str, Any]:
    thing = {
        "type": "object",
        "required": ["do"],
        "properties": {"do": {"type": "string"}, "note": {"type": "string", "nullable": True}},
    }
    cors = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 204}'},
        "responses": {
            "default": {
                "statusCode": "204",
                "responseParameters": {
                    "method.response.header.Access-Control-Allow-Origin": "'http://localhost:8080'",
                    "method.response.header.Access-Control-Allow-Methods": "'POST,OPTIONS'",
                },
            }
        },
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    bare = {"responses": {}, "x-amazon-apigateway-integration": _integration()}
    return {
        "openapi": "3.0.1",
        "info": {"title": "sample", "version": "1"},
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_BODY": {
                "statusCode": 400,
                "responseTemplates": {
                    "application/problem+json": '{"status":400,"detail":$context.error.validationErrorString}'
                },
                "responseParameters": {"gatewayresponse.header.X-Refused-By": "'edge'"},
            }
        },
        "paths": {
            "/things": {
                "post": {**bare, "requestBody": {"required": True, "content": content}},
                "get": {
                    **bare,
                    "parameters": [{"in": "query", "name": "page", "required": True, "schema": {}}],
                },
                "options": {"responses": {}, "x-amazon-apigateway-integration": cors},
            },
            "/things/{id}": {"get": bare},
            "/files/{path+}": {"get": bare, "post": bare},
            "/mine": {"get": {**bare, "security": [{"people": []}]}},
        },
        "components": {
            "schemas": {"Thing": thing},
            "securitySchemes": {
                "people": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {
                        "type": "cognito_user_pools",
                        "providerARNs": [{"Fn::GetAtt": ["People", "Arn"]}],
                    },
                }
            },
        },
    }


def workflow() -> dict[str, Any]:
    """Ask somebody and wait as long as the input says; take what was said, or silence, to the end."""
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "TimeoutSeconds": "{% $states.input.seconds %}",
                "Arguments": {
                    "FunctionName": "${StepArn}",
                    "Payload": {
                        "token": "{% $states.context.Task.Token %}",
                        "say": "{% $states.input.say %}",
                        "started": "{% $states.context.Execution.StartTime %}",
                        "execution": "{% $states.context.Execution.Name %}",
                    },
                },
                "Assign": {"answer": "{% $states.result %}"},
                "Catch": [
                    {"ErrorEquals": ["States.Timeout"], "Next": "Silent"},
                    {
                        "ErrorEquals": ["Refused"],
                        "Output": "{% {'cause': $states.errorOutput.Cause} %}",
                        "Next": "Refused",
                    },
                ],
                "Next": "Done",
            },
            "Done": {"Type": "Succeed", "Output": "{% {'answer': $answer, 'id': $uuid()} %}"},
            "Silent": {"Type": "Succeed", "Output": {"answer": "silence"}},
            "Refused": {"Type": "Succeed"},
        },
    }


def template() -> dict[str, Any]:
    """The sample's CloudFormation template, as a fresh value a test may change."""
    dead = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    queue = {"VisibilityTimeout": 1, "RedrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": 2}}
    inserts = {
        "Filters": [
            {
                "Pattern": json.dumps(
                    {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["event"]}}}}
                )
            }
        ]
    }
    transformer = {
        "InputPathsMap": {"id": "$.id", "who": "$.detail.who"},
        "InputTemplate": '{"id":<id>,"text":"to <who>"}',
    }
    objects = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": "Bucket"}]}},
    }
    cors = [
        {"AllowedMethods": ["POST"], "AllowedOrigins": ["http://localhost:8080"], "AllowedHeaders": ["*"]}
    ]
    policy = {"Version": "2012-10-17", "Statement": []}
    resources: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}},
        "Table": _table(stream=True, keys=("pk", "sk")),
        "Seen": _table(stream=False, keys=("kind", "at")),
        "Mac": {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeyPolicy": policy, "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
        },
        "Data": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, "EnableKeyRotation": True}},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": '{"url": "none"}'}},
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "VersioningConfiguration": {"Status": "Enabled"},
                "CorsConfiguration": {"CorsRules": cors},
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
            },
        },
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": queue},
        "Mail": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Api": function("api"),
        "Take": function("take"),
        "Relay": function("relay"),
        "Step": function("step"),
        "Hear": function("hear"),
        "TakeFromQueue": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Take"},
                "BatchSize": 5,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "FollowTable": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                "FunctionName": {"Ref": "Relay"},
                "BatchSize": 10,
                "StartingPosition": "TRIM_HORIZON",
                "FilterCriteria": inserts,
                "MaximumRetryAttempts": 1,
                "BisectBatchOnFunctionError": True,
                "DestinationConfig": {"OnFailure": {"Destination": dead}},
            },
        },
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "sample"}},
        "ToMail": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "EventPattern": {"source": ["sample"], "detail-type": ["Written"]},
                "State": "ENABLED",
                "Targets": [
                    {"Id": "mail", "Arn": {"Fn::GetAtt": ["Mail", "Arn"]}, "InputTransformer": transformer},
                    {"Id": "hear", "Arn": {"Fn::GetAtt": ["Hear", "Arn"]}},
                ],
            },
        },
        "ToMachine": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "EventPattern": {"source": ["sample"], "detail-type": ["Asked"]},
                "Targets": [{"Id": "run", "Arn": {"Ref": "Machine"}, "InputPath": "$.detail"}],
            },
        },
        "OnObject": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": objects,
                "Targets": [{"Id": "mail", "Arn": {"Fn::GetAtt": ["Mail", "Arn"]}}],
            },
        },
        "Nightly": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": "nightly",
                "ScheduleExpression": "cron(0 21 * * ? *)",
                "State": "ENABLED",
                "Targets": [
                    {"Id": "hear", "Arn": {"Fn::GetAtt": ["Hear", "Arn"]}, "Input": '{"job": "nightly"}'}
                ],
            },
        },
        "Hourly": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "Name": "hourly",
                "ScheduleExpression": "rate(1 hour)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": {"Fn::GetAtt": ["Hear", "Arn"]},
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Input": '{"job": "hourly"}',
                },
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": json.dumps(workflow()),
                "DefinitionSubstitutions": {"StepArn": {"Fn::GetAtt": ["Step", "Arn"]}},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        "Rest": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "sample", "Body": _document()}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Rest"}}},
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Rest"},
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "live",
            },
        },
        "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmActions": [], "Threshold": 1}},
        **_pool("People"),
        **_pool("Strangers"),
    }
    shown = (
        "Table Seen Bucket Queue Mail DeadLetters Machine Rest People PeopleClient Strangers StrangersClient Mac "
        "Data Secret Api"
    )
    return {"Resources": resources, "Outputs": {name: {"Value": {"Ref": name}} for name in shown.split()}}


def write(directory: Path, *, template: dict[str, Any], functions: Path = FUNCTIONS) -> Path:
    """Write an assembly of one stack; the folder it is in."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {"code": {"source": {"path": str(functions)}, "destinations": {"here": {"objectKey": _ASSET}}}}
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "t.json"},
        "dependencies": ["assets"],
    }
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}}
    (directory / "t.json").write_text(json.dumps(template))
    (directory / "assets.json").write_text(json.dumps({"files": files}))
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {"Sample": stack, "assets": assets}}))
    return directory
