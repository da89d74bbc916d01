"""Every encrypted edge: whoever writes to, or reads from, what the key encrypts may use the key.

Neither a deployment nor the local cloud finds a gap here: in AWS the first message is dropped, and nobody hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from template import ACCOUNT, REGION, Template, as_list, load, names_in, role_statements, statements, text_of

TEMPLATE = load()
KEY_OF: Final[dict[str, Callable[[Mapping[str, Any]], object]]] = {
    "AWS::SQS::Queue": lambda it: it.get("KmsMasterKeyId"),
    "AWS::SNS::Topic": lambda it: it.get("KmsMasterKeyId"),
    "AWS::Logs::LogGroup": lambda it: it.get("KmsKeyId"),
    "AWS::DynamoDB::Table": lambda it: it["SSESpecification"].get("KMSMasterKeyId"),
}
WRITE: Final = ("kms:Decrypt", "kms:GenerateDataKey")
LOGS: Final = f"logs.{REGION}.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Edge:
    """A service or role that writes to, or reads from, a resource, and what it asks of the key for that."""

    who: str
    by: str
    """The resource on whose behalf a service writes; for a role the role again."""
    resource: str
    asks: tuple[str, ...] = WRITE


def encrypted(template: Template) -> dict[str, Any]:
    """Every resource in which messages or state rest, with its key."""
    return {
        name: key_of(properties)
        for kind, key_of in KEY_OF.items()
        for name, properties in template.of_type(kind).items()
    }


def service_edges(template: Template) -> Iterator[Edge]:
    """What AWS's services write by themselves: the key's own policy must let them."""
    for name, rule in template.of_type("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            yield from _edges("events.amazonaws.com", name, target["Arn"], target.get("DeadLetterConfig"))
    for subscription in template.of_type("AWS::SNS::Subscription").values():
        if subscription["Protocol"] == "sqs":
            (topic,) = names_in(subscription["TopicArn"])
            yield from _edges("sns.amazonaws.com", topic, subscription["Endpoint"], subscription.get("RedrivePolicy"))
    for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items():
        actions = [alarm.get(kind) for kind in ("AlarmActions", "OKActions", "InsufficientDataActions")]
        yield from _edges("cloudwatch.amazonaws.com", name, *actions)
    for name in template.of_type("AWS::Logs::LogGroup"):
        yield Edge(LOGS, name, name)


def _edges(who: str, by: str, *where: object) -> Iterator[Edge]:
    yield from (Edge(who, by, name) for name in sorted(names_in(list(where))))


def role_edges(template: Template) -> Iterator[Edge]:
    """What roles read and write: their own policies must let them use the key."""
    for name, role in template.of_type("AWS::IAM::Role").items():
        for statement in role_statements(role):
            asks = _asks(as_list(statement["Action"]))
            yield from (Edge(name, name, it, asks) for it in names_in(statement["Resource"]) if asks and it != "Key")


def _asks(actions: list[str]) -> tuple[str, ...]:
    """What the callers of these actions ask of the key themselves.

    CloudWatch Logs uses the key in its own name, under the key's policy; DynamoDB decrypts in the caller's.
    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    if {"sqs:SendMessage", "sns:Publish"} & set(actions):
        return WRITE
    if any(action == "sqs:ReceiveMessage" or action.startswith("dynamodb:") for action in actions):
        return ("kms:Decrypt",)
    return ()


def _grants(allowed: list[str], asks: tuple[str, ...]) -> bool:
    return all(any(fnmatchcase(ask, pattern) for pattern in allowed) for ask in asks)


def _condition_holds(statement: dict[str, Any], edge: Edge, template: Template) -> bool:
    match statement.get("Condition"):
        case None:
            return True
        case {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": pattern}}:
            group = text_of(template.properties(edge.resource)["LogGroupName"])
            return fnmatchcase(f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}", text_of(pattern))
        case other:
            pytest.fail(f"this test cannot tell whether {other} lets {edge} through")


def uncovered(template: Template) -> list[Edge]:
    """The edges whose writer or reader may not use the key."""
    key_policy = statements(template.properties("Key")["KeyPolicy"])
    missing = []
    for edge in service_edges(template):
        of_service = [it for it in key_policy if text_of(it["Principal"].get("Service")) == edge.who]
        held = [it for it in of_service if _condition_holds(dict(it), edge, template)]
        if not any(_grants(as_list(it["Action"]), edge.asks) for it in held):
            missing.append(edge)
    for edge in role_edges(template):
        of_key = [it for it in role_statements(template.properties(edge.who)) if names_in(it["Resource"]) == {"Key"}]
        if not any(_grants(as_list(it["Action"]), edge.asks) for it in of_key):
            missing.append(edge)
    return missing


def test_everything_that_rests_is_encrypted_with_the_key() -> None:
    """Queues, topics, logs and the ledger."""
    assert {name for name, key in encrypted(TEMPLATE).items() if names_in(key) != {"Key"}} == set()


def test_every_edge_is_covered() -> None:
    """Each service is granted by the key's policy, each role by its own."""
    assert uncovered(TEMPLATE) == []


def test_edges_end_at_encrypted_resources() -> None:
    """The edges found are those that there are: a resource type that the tests do not know would slip through."""
    edges = [*service_edges(TEMPLATE), *role_edges(TEMPLATE)]
    writers = {"events.amazonaws.com", "sns.amazonaws.com", "cloudwatch.amazonaws.com", LOGS}
    assert {edge.who for edge in edges} == writers | set(TEMPLATE.of_type("AWS::IAM::Role"))
    assert {edge.resource for edge in edges} == set(encrypted(TEMPLATE))


@pytest.mark.parametrize(
    ("resource", "sid"),
    [
        ("Key", "EventsToQueues"),
        ("Key", "TopicsToQueues"),
        ("Key", "AlarmsToTopics"),
        ("Key", "Logs"),
        ("SweepRole", "Encrypt"),
        ("OnChangeRole", "Encrypt"),
        ("OnNoticeRole", "Decrypt"),
    ],
)
def test_a_lost_grant_is_noticed(resource: str, sid: str) -> None:
    """Without any one of the grants, an edge is open."""
    assert uncovered(TEMPLATE.without_statement(resource, sid)) != []


def test_iam_of_the_account_decides_about_the_key() -> None:
    """Without it the roles' own grants would not count, and nobody could mend the key's policy."""
    (statement,) = (
        it for it in statements(TEMPLATE.properties("Key")["KeyPolicy"]) if it["Sid"] == "AccountDecidesByIam"
    )
    assert text_of(statement["Principal"]["AWS"]) == f"arn:aws:iam::{ACCOUNT}:root"
    assert statement["Action"] == "kms:*"


def test_services_write_only_on_behalf_of_this_stack() -> None:
    """The policy of each queue and topic lets in its own source, by ARN: not the services as such."""
    for edge in service_edges(TEMPLATE):
        if edge.who == LOGS:
            continue
        (allowed,) = (it for it in _resource_statements(edge.resource) if it["Effect"] == "Allow")
        assert allowed["Principal"] == {"Service": edge.who}
        sources = allowed["Condition"].get("ArnEquals") or allowed["Condition"]["ArnLike"]
        found = {text_of(source) for source in as_list(sources["aws:SourceArn"])}
        assert edge.by in found or found == {f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"}


def _resource_statements(resource: str) -> list[Any]:
    return [
        statement
        for kind, key in (("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SNS::TopicPolicy", "Topics"))
        for policy in TEMPLATE.of_type(kind).values()
        if resource in names_in(policy[key])
        for statement in statements(policy["PolicyDocument"])
    ]
