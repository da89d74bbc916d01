"""What Lambda hands to the function: batches of messages with CloudTrail's events, or with the product's own words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from .estate import ACCOUNT, REGION

Batch = dict[str, list[dict[str, str]]]


def batch(*bodies: str) -> Batch:
    """One batch, as the poller of an SQS queue makes it."""
    return {"Records": [{"messageId": f"message-{place}", "body": body} for place, body in enumerate(bodies)]}


def created(endpoint_id: str, **more: object) -> str:
    """Somebody made this endpoint; `more` goes into the event's detail, or in place of what is there."""
    detail = {
        "eventVersion": "1.10",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "CreateVpcEndpoint",
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "awsRegion": REGION,
        "userAgent": "aws-cli/2.31.0",
        "userIdentity": {
            "type": "AssumedRole",
            "sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{ACCOUNT}:role/Networks"}},
        },
        "requestParameters": {"CreateVpcEndpointRequest": {"VpcId": "vpc-1", "VpcEndpointType": "Interface"}},
        "responseElements": {"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": endpoint_id}}},
        **more,
    }
    return _event("aws.ec2", detail)


def failed() -> str:
    """A call that changed nothing."""
    return created("", errorCode="Client.InvalidParameter", errorMessage="no", responseElements=None)


def other() -> str:
    """An event of another service."""
    return _event("aws.s3", {"eventSource": "s3.amazonaws.com", "eventName": "PutObject"})


def sweep() -> str:
    """The timer's message."""
    return json.dumps({"warden": "sweep", "account": ACCOUNT, "region": REGION})


def at_last(look: str) -> str:
    """The same look after the endpoint was found not ready as often as it is looked at again."""
    return json.dumps({**json.loads(look), "tries": 99})


def burst(endpoint_ids: Iterable[str]) -> Batch:
    """One batch with an event for each of these."""
    return batch(*(created(one) for one in endpoint_ids))


def _event(source: str, detail: dict[str, object]) -> str:
    return json.dumps(
        {
            "version": "0",
            "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
            "detail-type": "AWS API Call via CloudTrail",
            "source": source,
            "account": ACCOUNT,
            "region": REGION,
            "time": "2026-01-31T12:00:00Z",
            "resources": [],
            "detail": detail,
        }
    )
