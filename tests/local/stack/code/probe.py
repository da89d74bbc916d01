"""What the function of the test stack does: it says what it saw and who it is, and makes the call it is asked for."""

import json
import os
from typing import Any

import boto3
from botocore.exceptions import ClientError


def see(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Note each message, tell the topic; fail those that ask for it."""
    identity = boto3.client("sts").get_caller_identity()["Arn"]
    seen = [(record, json.loads(record["body"])) for record in event["Records"]]
    for _, body in seen:
        _say(saw=body.get("detail", {}).get("eventName", body), identity=identity, messages=len(seen))
        if "call" in body:
            _call(body["call"], body["parameters"])
        _tell(body)
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record, body in seen if body.get("fail")]}


def _say(**facts: object) -> None:
    print(json.dumps(facts))  # noqa: T201 -- a function's log


def _call(name: str, parameters: dict[str, Any]) -> None:
    try:
        getattr(boto3.client("ec2"), name)(**parameters)
        _say(call=name, error=None)
    except ClientError as error:
        _say(call=name, error=error.response["Error"]["Code"])


def _tell(body: dict[str, Any]) -> None:
    boto3.client("sns").publish(
        TopicArn=os.environ["TOPIC"],
        Subject="seen",
        MessageStructure="json",
        Message=json.dumps({"default": json.dumps(body), "email": "A mail that reads well at 3 a.m."}),
        MessageAttributes={"severity": {"DataType": "String", "StringValue": "high"}},
    )
