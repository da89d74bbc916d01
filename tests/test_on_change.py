"""The function on_change as Lambda runs it, over moto: what becomes of each message of a batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import on_change
import runtime
from builders import ACCOUNT, ENFORCING, KEY, NARROW, REGION, look
from stubs import emulated, forget, recorded, shared, started
from warden import aws, hosted_zones, ledger, mailbox, metrics, notify, provider, switch, trails
from warden.errors import BadStandard
from warden.events import MAX_CHARACTERS, message_of

SAMPLES = Path(__file__).parents[1] / "events"
NAMED = ("vpce-0a1b2c3d4e5f60718", "vpce-0b2c3d4e5f6071829")
"""The endpoints that the samples name."""
SWEEP = json.dumps({"warden": "sweep", "account": ACCOUNT, "region": REGION})
REVIEW = json.dumps({"warden": "review", "account": ACCOUNT, "region": REGION})
GONE = "vpce-00000000000000000"
CONTEXT = SimpleNamespace(
    function_name="warden-OnChange",
    memory_limit_in_mb=512,
    invoked_function_arn="arn",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 120_000,
)


def event(sample: str, *ids: str, **others: str) -> str:
    """A sample event, here and now, of these endpoints, and of what stands for other words."""
    text = (SAMPLES / f"{sample}.json").read_text(encoding="utf-8")
    text = text.replace("123456789012", ACCOUNT).replace("eu-central-1", REGION).replace("2026-01-31", "2026-01-01")
    for named, wanted in (*zip(NAMED, ids, strict=False), *others.items()):
        text = text.replace(named, wanted)
    return text


def changed(sample: str, **facts: object) -> str:
    """A sample event with another envelope."""
    return json.dumps(json.loads(event(sample, KEY.id)) | facts)


def detailed(sample: str, **facts: object) -> str:
    """A sample event with other details."""
    made = json.loads(event(sample, KEY.id))
    return json.dumps(made | {"detail": made["detail"] | facts})


def asked(**facts: Any) -> str:
    """A message that asks for a look at the endpoint of KEY."""
    return json.dumps(json.loads(message_of(look())) | facts)


@dataclass
class Stage:
    """The function, and what stands around it."""

    env: pytest.MonkeyPatch
    calls: list[str]
    vpc_id: str
    subnet_ids: list[str]
    inbox: str
    """A queue that every notice goes to."""

    def endpoint(self, *, compliant: bool = False) -> str:
        """Make an interface endpoint of KMS: in one zone with full access, or as the standard demands."""
        facts = {"PolicyDocument": NARROW} if compliant else {}
        made = shared("ec2").create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=self.vpc_id,
            ServiceName=f"com.amazonaws.{REGION}.kms",
            SubnetIds=self.subnet_ids if compliant else self.subnet_ids[:1],
            **facts,
        )
        self.calls.clear()
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def service(self, *principals: str) -> str:
        """Make an endpoint service in both zones that these may use once they are accepted."""
        balancers = shared("elbv2").create_load_balancer(Name="nlb", Type="network", Subnets=self.subnet_ids)
        arns = [balancers["LoadBalancers"][0]["LoadBalancerArn"]]
        made = shared("ec2").create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=arns, AcceptanceRequired=True
        )
        name = str(made["ServiceConfiguration"]["ServiceId"])
        shared("ec2").modify_vpc_endpoint_service_permissions(ServiceId=name, AddAllowedPrincipals=list(principals))
        self.calls.clear()
        return name

    def run(self, *bodies: str, context: on_change.Context = CONTEXT) -> list[str]:
        """Run one batch; the places of the messages that must come again."""
        records = [{"messageId": str(place), "body": body} for place, body in enumerate(bodies)]
        answer = on_change.handler({"Records": records}, context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def made(self, service: str) -> list[str]:
        """The calls to this service, in order."""
        return [call.removeprefix(f"{service}:") for call in self.calls if call.startswith(f"{service}:")]

    def told(self) -> dict[str, dict[str, str]]:
        """What each notice said: endpoint id to outcome by rule."""
        notices = [json.loads(message["Body"]) for message in received(self.inbox)]
        return {
            notice["endpoint"]["id"]: {result["rule"]: result["outcome"] for result in notice["results"]}
            for notice in notices
        }

    def queued(self) -> list[dict[str, Any]]:
        """What the function put into its own queue to be read at once."""
        return [json.loads(message["Body"]) for message in received(url("WARDEN_QUEUE_URL"))]

    def delayed(self) -> int:
        """How many messages wait in the function's own queue."""
        attributes = shared("sqs").get_queue_attributes(QueueUrl=url("WARDEN_QUEUE_URL"), AttributeNames=["All"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"])

    def aside(self) -> list[tuple[str, str]]:
        """The dead letters, with why."""
        letters = received(url("WARDEN_DEAD_LETTERS_URL"))
        return [(letter["Body"], letter["MessageAttributes"]["reason"]["StringValue"]) for letter in letters]

    def turn(self, value: str) -> None:
        """Turn the kill switch."""
        shared("ssm").put_parameter(Name="/warden/kill-switch", Value=value, Type="String", Overwrite=True)


def url(variable: str) -> str:
    """Where something of the stack is."""
    return os.environ[variable]


def received(queue: str) -> list[dict[str, Any]]:
    """All messages of a queue, in order."""
    found: list[dict[str, Any]] = []
    how = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
    while some := shared("sqs").receive_message(**how).get("Messages"):
        found.extend(some)
    return found


def build() -> tuple[dict[str, str], str]:
    """Make what template.yaml deploys: the environment that points there, and a queue that gets every notice."""
    sqs, sns = shared("sqs"), shared("sns")
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("changes", "dead-letters", "inbox")}
    inbox = sqs.get_queue_attributes(QueueUrl=queues["inbox"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="notices")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox, Attributes={"RawMessageDelivery": "true"})
    shared("ssm").put_parameter(Name="/warden/kill-switch", Value="run", Type="String")
    shared("dynamodb").create_table(
        TableName="warden-Ledger",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    env = {
        "WARDEN_QUEUE_URL": queues["changes"],
        "WARDEN_DEAD_LETTERS_URL": queues["dead-letters"],
        "WARDEN_TOPIC_ARN": topic,
        "WARDEN_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/endpoint-warden-OnChangeRole-1A2B3C4D5E6F",
    }
    return env, queues["inbox"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stack in mode enforce, with a standard that enforces both rules, and a VPC with two subnets."""
    standard = tmp_path / "standard.toml"
    standard.write_text(ENFORCING, encoding="utf-8")
    with emulated():
        env, inbox = build()
        ec2 = shared("ec2")
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet_ids = [
            ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for place, zone in enumerate(("us-east-1a", "us-east-1b"))
        ]
        with started(**env) as patch, recorded() as calls:
            patch.setattr(runtime, "STANDARD", standard)
            yield Stage(patch, calls, vpc_id, subnet_ids, inbox)


FIXED = {"multi-az": "fixed", "endpoint-policy": "fixed"}
WOULD_FIX = {"multi-az": "would-fix", "endpoint-policy": "would-fix"}


# --- The main job --------------------------------------------------------------------------------------------------


def test_a_new_endpoint_is_brought_to_the_standard(stage: Stage) -> None:
    """Three reads, one write with both fixes, one notice; the next message about it finds nothing left to do."""
    made = stage.endpoint()
    assert stage.run(event("create-by-cli", made)) == []
    assert stage.told() == {made: FIXED}
    reads = ["DescribeVpcEndpoints", "DescribeVpcEndpointServices", "DescribeSubnets"]
    assert stage.made("ec2") == [*reads, "ModifyVpcEndpoint"]
    (now,) = shared("ec2").describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"]
    assert set(now["SubnetIds"]) == set(stage.subnet_ids)
    stage.calls.clear()
    assert stage.run(event("modify", made)) == []
    assert (stage.made("ec2"), stage.told()) == (["DescribeVpcEndpoints"], {})


def test_a_compliant_endpoint_costs_two_reads_and_no_word(stage: Stage) -> None:
    """No write, no notice, and no client for a switch that nobody needs."""
    made = stage.endpoint(compliant=True)
    assert stage.run(event("create-by-cli", made)) == []
    assert stage.made("ec2") == ["DescribeVpcEndpoints", "DescribeVpcEndpointServices"]
    assert (stage.told(), "made:ssm" in stage.calls) == ({}, False)


def test_a_burst_is_looked_at_together(stage: Stage) -> None:
    """Ten messages of ten endpoints: the reads are those of one."""
    ids = [stage.endpoint() for _ in range(10)]
    stage.calls.clear()
    assert stage.run(*(event("create-by-cli", one) for one in ids)) == []
    assert stage.told() == dict.fromkeys(ids, FIXED)
    assert len([call for call in stage.made("ec2") if call.startswith("Describe")]) == 3
    assert stage.made("ssm") == ["GetParameter", "GetParameter"]


def test_in_mode_notify_nothing_is_written(stage: Stage) -> None:
    """The notice says what would be; neither the switch is asked nor the writing client made."""
    made = stage.endpoint()
    stage.env.setenv("WARDEN_MODE", "notify")
    assert stage.run(event("create-by-cli", made)) == []
    assert stage.told() == {made: WOULD_FIX}
    assert not {"ec2:ModifyVpcEndpoint", "made:ssm"} & set(stage.calls)


def test_a_message_of_our_own_asks_for_a_look(stage: Stage) -> None:
    """It says the same as the event that it came from."""
    made = stage.endpoint()
    assert stage.run(asked(endpoint_id=made)) == []
    assert stage.told() == {made: FIXED}


def test_an_own_change_is_only_looked_at(stage: Stage) -> None:
    """By the role that made it we know it: a fix of a fix would chase its own tail."""
    made = stage.endpoint()
    assert stage.run(event("modify-by-warden", made)) == []
    assert "ModifyVpcEndpoint" not in stage.made("ec2")


def test_a_deleted_endpoint_is_gone(stage: Stage) -> None:
    """People who were told of it hear that it is no more; once."""
    made = stage.endpoint()
    stage.env.setenv("WARDEN_MODE", "notify")
    stage.run(event("create-by-cli", made))
    assert stage.told() == {made: WOULD_FIX}
    shared("ec2").delete_vpc_endpoints(VpcEndpointIds=[made])
    assert stage.run(event("delete-one", made)) == []
    assert stage.told() == {made: dict.fromkeys(WOULD_FIX, "gone")}
    assert stage.run(event("delete-one", made)) == []
    assert stage.told() == {}


def test_a_failed_call_costs_nothing(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """It changed nothing: no call is made, no client even."""
    assert stage.run(event("create-failed", KEY.id)) == []
    assert stage.calls == []
    (line,) = caplog.records
    assert line.getMessage() == "message needs no look"


# --- Not ready -----------------------------------------------------------------------------------------------------


def test_an_endpoint_not_yet_visible_is_looked_for_later(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """One new message with a delay, and the old one is done: waiting does not count towards the dead letters."""
    assert stage.run(event("create-by-cli", GONE)) == []
    assert (stage.delayed(), stage.told(), stage.aside()) == (1, {}, [])
    assert "endpoint not ready" in caplog.messages


def test_after_six_tries_the_sweep_takes_over(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """No message, no failure; the log says so."""
    assert stage.run(asked(endpoint_id=GONE, tries=6)) == []
    assert stage.delayed() == 0
    assert "endpoint left to the sweep" in caplog.messages


# --- Bad input -----------------------------------------------------------------------------------------------------

BAD = {
    "no JSON": ("{", "not JSON"),
    "empty": ("", "not JSON"),
    "no object": ("[]", "not a JSON object"),
    "too deep": ("[" * 100_000, "not JSON"),
    "a number without end": ("9" * 5_000, "not JSON"),
    "256 KB": (event("modify", KEY.id).replace("aws-cli", "x" * 262_144), f"at most {MAX_CHARACTERS}"),
    "no id": (detailed("modify", requestParameters={"ModifyVpcEndpointRequest": {}}), "names no endpoint id"),
    "an id that is a command": (event("modify", "vpce-1; rm -rf"), "names no endpoint id"),
    "a look at a command": (asked(endpoint_id="vpce-1; rm -rf"), "the look's endpoint_id is 'vpce-1; rm -rf'"),
    "a look at nothing": (asked(endpoint_id=None), "the look's endpoint_id is None"),
    "a look tried -1 times": (asked(tries=-1), "the look's tries are -1"),
    "a look since never": (asked(since="never"), "the time is 'never'"),
    "another kind": (
        json.dumps({"warden": "dance", "account": ACCOUNT, "region": REGION}),
        "the message's kind is 'dance'",
    ),
    "another account": (changed("modify", account="999999999999"), "is for account '999999999999'"),
    "another account's sweep": (SWEEP.replace(ACCOUNT, "999999999999"), "is for account '999999999999'"),
    "another region": (changed("modify", region="eu-west-1"), "is for region 'eu-west-1'"),
    "another source": (event("other-service"), "the event's source is 'aws.sqs'"),
    "another call": (event("other-call"), "'CreateNetworkAcl'; known: CreateVpcEndpoint"),
    "a call that is no name": (detailed("modify", eventName=["ModifyVpcEndpoint"]), "['ModifyVpcEndpoint']; known"),
    "no detail": (changed("modify", detail=None), "with detail NoneType"),
    "a clock ahead": (detailed("modify", eventTime="2999-01-01T00:00:00Z"), "ahead of this function's clock"),
    "no time": (detailed("modify", eventTime=None), "the time is None"),
    "letters beyond ASCII": (asked(endpoint_id="vpce-日"), r"vpce-\u65e5"),
}


@pytest.mark.parametrize(("body", "reason"), BAD.values(), ids=BAD)
def test_a_bad_message_is_put_aside_and_hurts_no_other(stage: Stage, body: str, reason: str) -> None:
    """It goes to the dead letters as it came, with why, and is acknowledged; its batch mates are done."""
    made = stage.endpoint(compliant=True)
    assert stage.run(event("modify", made), body, event("create-failed", made)) == []
    ((kept, why),) = stage.aside()
    assert kept == (body or "(empty)")
    assert reason in why
    assert why.isascii()
    assert stage.made("ec2") == ["DescribeVpcEndpoints", "DescribeVpcEndpointServices"]


def test_a_bad_message_that_cannot_be_put_aside_comes_again(stage: Stage) -> None:
    """It is not lost; its batch mates are done all the same."""
    made = stage.endpoint()
    stage.env.setenv("WARDEN_DEAD_LETTERS_URL", url("WARDEN_DEAD_LETTERS_URL") + "-gone")
    assert stage.run("{", event("create-by-cli", made), "[]") == ["0", "2"]
    assert stage.told() == {made: FIXED}


def test_an_empty_batch_is_done(stage: Stage) -> None:
    """Nothing is looked at, and nothing is made."""
    assert stage.run() == []
    assert stage.calls == []


# --- Something away ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "calls"),
    [
        pytest.param("WARDEN_TABLE", set(), id="ledger"),
        pytest.param("WARDEN_KILL_SWITCH", {"ssm:GetParameter"}, id="kill switch"),
    ],
)
def test_what_cannot_be_read_stops_the_write(stage: Stage, variable: str, calls: set[str]) -> None:
    """The whole batch comes again; no error is raised, nothing is written, nobody is told."""
    ids = [stage.endpoint(), stage.endpoint()]
    stage.calls.clear()
    stage.env.setenv(variable, "gone")
    assert stage.run(*(event("create-by-cli", one) for one in ids)) == ["0", "1"]
    assert "ec2:ModifyVpcEndpoint" not in stage.calls
    assert calls <= set(stage.calls)
    assert stage.told() == {}


def test_a_garbled_switch_stops_the_write(stage: Stage) -> None:
    """Only "run" is leave to write."""
    made = stage.endpoint()
    stage.turn("yes")
    assert stage.run(event("create-by-cli", made)) == ["0"]
    assert "ModifyVpcEndpoint" not in stage.made("ec2")


def test_a_stopped_switch_leaves_the_telling(stage: Stage) -> None:
    """The notice says what would be done."""
    made = stage.endpoint()
    stage.turn("stop")
    assert stage.run(event("create-by-cli", made)) == []
    assert stage.told() == {made: WOULD_FIX}
    assert "ModifyVpcEndpoint" not in stage.made("ec2")


def test_only_what_failed_comes_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """The switch is needed by the endpoint that would be written, and by no other."""
    good, bad = stage.endpoint(compliant=True), stage.endpoint()
    stage.turn("yes")
    assert stage.run(event("modify", good), event("create-by-cli", bad), event("create-failed", bad)) == ["1"]
    (line,) = [record for record in caplog.records if record.getMessage() == "endpoint could not be settled"]
    assert vars(line)["endpoint_id"] == bad


def test_a_message_of_several_endpoints_comes_again_for_one(stage: Stage) -> None:
    """It is named once, and once all of it can be done, it is done."""
    good, bad = stage.endpoint(compliant=True), stage.endpoint()
    stage.run(event("create-by-cli", good), asked(endpoint_id=GONE))
    stage.turn("yes")
    several = detailed(
        "create-by-cli", responseElements={"items": [{"vpcEndpointId": good}, {"vpcEndpointId": bad}, GONE]}
    )
    assert stage.run(several) == ["0"]
    stage.turn("run")
    assert stage.run(several) == []
    assert stage.told() == {bad: FIXED}


def test_a_notice_that_cannot_be_sent_is_sent_later(stage: Stage) -> None:
    """The write was made and stands in the journal: once SNS is back, people hear of it, and it is not made again."""
    made = stage.endpoint()
    topic = os.environ["WARDEN_TOPIC_ARN"]
    stage.env.setenv("WARDEN_TOPIC_ARN", topic + "-gone")
    assert stage.run(event("create-by-cli", made)) == ["0"]
    assert stage.made("ec2").count("ModifyVpcEndpoint") == 1
    stage.env.setenv("WARDEN_TOPIC_ARN", topic)
    forget()
    assert stage.run(event("create-by-cli", made)) == []
    assert stage.delayed() == 1, "the lease of the first write is held for a while"
    assert stage.made("ec2").count("ModifyVpcEndpoint") == 1


# --- The standard --------------------------------------------------------------------------------------------------


def test_a_bad_standard_stops_everything(stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An error of the function, so that its alarm rings; every problem is in the log, and no call is made."""
    (tmp_path / "standard.toml").write_text('[rules.multi-az]\nmode = "on"\nmin_zone = 2\n', encoding="utf-8")
    with pytest.raises(BadStandard):
        stage.run(event("modify", KEY.id))
    (line,) = caplog.records
    problems = vars(line)["problems"]
    assert line.levelname == "ERROR"
    assert len(problems) == 2
    assert any("min_zones" in problem for problem in problems)
    assert stage.calls == []


# --- The sweep -----------------------------------------------------------------------------------------------------


def test_the_sweep_asks_for_looks(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """What events missed becomes a message of its own; the sweep itself writes nothing and tells nobody."""
    bad = stage.endpoint()
    stage.endpoint(compliant=True)
    assert stage.run(SWEEP) == []
    (wanted,) = stage.queued()
    assert (wanted["warden"], wanted["endpoint_id"]) == ("look", bad)
    assert ("ModifyVpcEndpoint" in stage.made("ec2"), stage.told()) == (False, {})
    (line,) = [record for record in caplog.records if record.getMessage() == "sweep finished"]
    assert (vars(line)["endpoints"], vars(line)["looks_asked_for"]) == (2, 1)


def test_what_the_sweep_asks_for_is_done(stage: Stage) -> None:
    """Its message is read back by the same function."""
    bad = stage.endpoint()
    stage.run(SWEEP)
    (wanted,) = stage.queued()
    assert stage.run(json.dumps(wanted)) == []
    assert set(stage.told()) == {bad}


def test_an_endpoint_service_of_our_own_is_swept_and_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Where the account provides one: the sweep asks for a look, which tells; a client for balancers is made then."""
    made = stage.service("*")
    assert stage.run(SWEEP) == []
    assert stage.calls.count("made:elastic-load-balancing-v2") == 1
    (wanted,) = stage.queued()
    assert (wanted["endpoint_id"], stage.told()) == (made, {})
    (line,) = [record for record in caplog.records if record.getMessage() == "sweep finished"]
    assert (vars(line)["vpcs"], vars(line)["services"]) == (0, 1)
    assert stage.run(json.dumps(wanted)) == []
    assert stage.told() == {made: {"service-acceptance": "told"}}


def test_a_call_of_the_providers_side_is_looked_at_at_once(stage: Stage) -> None:
    """Who opens a service to everybody hears of it by the event; who deletes it, that it is gone."""
    made = stage.service("*")
    named = {"vpce-svc-0a1b2c3d4e5f60718": made}
    assert stage.run(event("service-permissions", **named)) == []
    assert stage.told() == {made: {"service-acceptance": "told"}}
    shared("ec2").delete_vpc_endpoint_service_configurations(ServiceIds=[made])
    assert stage.run(event("service-delete", **named)) == []
    assert stage.told() == {made: {"service-acceptance": "gone"}}


def test_an_account_that_provides_nothing_costs_the_sweep_one_call(stage: Stage) -> None:
    """The list is empty, and nothing more is asked."""
    assert stage.run(SWEEP) == []
    assert stage.made("ec2") == ["DescribeVpcEndpoints", "DescribeVpcEndpointServiceConfigurations"]
    assert stage.made("elbv2") == []


SHIPPED = (Path(runtime.__file__).with_name("standard.toml")).read_text(encoding="utf-8")
LIST = "DescribeVpcEndpointServiceConfigurations"
"""The call that lists the endpoint services that an account provides."""
CATALOGUE = "DescribeVpcEndpointServices"
"""The one that tells of those that endpoints lead to."""
OF_ENDPOINTS = sorted(path.stem for path in SAMPLES.glob("*.json") if not path.stem.startswith(("service-", "sweep")))


def test_who_provides_nothing_pays_one_call_a_sweep_for_the_rules_of_services(stage: Stage, tmp_path: Path) -> None:
    """Some of them are on as it ships: the list is asked for once, and it is empty."""
    (tmp_path / "standard.toml").write_text(SHIPPED, encoding="utf-8")
    for _ in range(3):
        stage.endpoint(compliant=True)
    assert stage.run(SWEEP) == []
    assert stage.calls.count(f"ec2:{LIST}") == 1
    assert stage.run(SWEEP) == []
    assert stage.calls.count(f"ec2:{LIST}") == 2
    assert not [call for call in stage.made("ec2") if "EndpointService" in call and call not in {LIST, CATALOGUE}]
    assert stage.made("elbv2") == []


@pytest.mark.parametrize("sample", OF_ENDPOINTS)
def test_who_provides_nothing_pays_no_call_an_event_for_them(stage: Stage, tmp_path: Path, sample: str) -> None:
    """Whatever event of endpoints, of what stands beside them, or of tags."""
    (tmp_path / "standard.toml").write_text(SHIPPED, encoding="utf-8")
    one, other = (stage.endpoint(compliant=True) for _ in range(2))
    stage.run(event(sample, one, other))
    assert LIST not in stage.made("ec2")
    assert stage.made("elbv2") == []


def test_an_event_of_a_service_asks_for_the_list(stage: Stage, tmp_path: Path) -> None:
    """So that the test before this one would notice."""
    (tmp_path / "standard.toml").write_text(SHIPPED, encoding="utf-8")
    stage.run(event("service-create"))
    assert stage.made("ec2") == [LIST]


@pytest.mark.parametrize(
    ("variable", "told", "again"),
    [
        pytest.param("WARDEN_QUEUE_URL", [FIXED], ["0"], id="queue"),
        pytest.param("WARDEN_TABLE", [], ["0", "1"], id="ledger"),
    ],
)
def test_a_sweep_that_cannot_be_finished_comes_again(
    stage: Stage, variable: str, told: list[dict[str, str]], again: list[str]
) -> None:
    """It starts anew then; a look in the same batch is done if it can be."""
    made, _missed = stage.endpoint(), stage.endpoint()
    stage.env.setenv(variable, f"{url(variable)}-gone")
    assert stage.run(SWEEP, event("create-by-cli", made)) == again
    assert list(stage.told().values()) == told


def test_a_sweep_is_not_begun_without_time_for_it(stage: Stage) -> None:
    """It comes again; what it would have found is not half sent."""
    stage.endpoint()
    short = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 10_000})
    assert stage.run(SWEEP, context=short) == ["0"]
    assert stage.told() == {}


def test_what_comes_again_is_counted_in_the_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """The metric filter of the template reads this line: without it nobody hears of what fails again and again."""
    stage.env.setenv("WARDEN_TABLE", "gone")
    stage.run(event("create-by-cli", stage.endpoint()), "not JSON")
    assert [vars(line)["comes_again"] for line in caplog.records if "comes_again" in vars(line)] == [1]


# --- The review ----------------------------------------------------------------------------------------------------


def test_the_review_tells_of_every_endpoint_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """One notice, no write; the same message once more is done with in silence."""
    made = {stage.endpoint(), stage.endpoint(compliant=True)}
    assert stage.run(REVIEW) == []
    (notice,) = [json.loads(message["Body"]) for message in received(stage.inbox)]
    assert notice["schema"] == "endpoint-warden/review-notice/1"
    assert {row["id"] for row in notice["costliest"]} == made
    assert "ModifyVpcEndpoint" not in stage.made("ec2")
    assert stage.run(REVIEW) == []
    assert received(stage.inbox) == []
    lines = [vars(record) for record in caplog.records if record.getMessage() == "review finished"]
    assert [(line["endpoints"], bool(line["untold"])) for line in lines] == [(2, False), (0, True)]


@pytest.mark.parametrize("variable", ["WARDEN_TABLE", "WARDEN_TOPIC_ARN"])
def test_a_review_that_cannot_be_finished_comes_again(stage: Stage, variable: str) -> None:
    """Nobody is told the half of it, and what it stands beside is done."""
    stage.endpoint(compliant=True)
    stage.env.setenv(variable, f"{url(variable)}-gone")
    assert stage.run(REVIEW, event("create-failed", KEY.id)) == ["0"]
    assert received(stage.inbox) == []


def test_a_review_is_not_begun_without_time_for_it(stage: Stage) -> None:
    """It comes again."""
    stage.endpoint()
    short = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 10_000})
    assert stage.run(REVIEW, context=short) == ["0"]
    assert received(stage.inbox) == []


def test_only_a_review_loads_what_writes_it() -> None:
    """The cold start of an event pays for none of it."""
    script = "import sys, on_change; sys.exit(any(name.startswith('warden.review') for name in sys.modules))"
    folder = Path(on_change.__file__).parent
    env = {"PYTHONPATH": str(folder), "AWS_DEFAULT_REGION": REGION}
    subprocess.run([sys.executable, "-c", script], check=True, env=env)


# --- Permissions ---------------------------------------------------------------------------------------------------


def test_needs_what_its_parts_need() -> None:
    """The template's role is compared with this."""
    parts = (
        aws.NEEDS
        | hosted_zones.NEEDS
        | ledger.NEEDS
        | mailbox.NEEDS
        | metrics.NEEDS
        | notify.NEEDS
        | provider.NEEDS
        | switch.NEEDS
        | trails.NEEDS
    )
    assert on_change.NEEDS - parts == {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    assert parts <= on_change.NEEDS


def test_a_change_beside_endpoints_asks_for_looks(stage: Stage) -> None:
    """A new subnet in a VPC: each of its endpoints is looked at by a message of its own, and the event is done with."""
    made = stage.endpoint()
    body = event("beside-create-subnet").replace("vpc-0f1e2d3c4b5a69788", stage.vpc_id)
    assert stage.run(body) == []
    assert [message["endpoint_id"] for message in stage.queued()] == [made]
    assert stage.made("ec2") == ["DescribeVpcEndpoints"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(event("modify"), None, id="none came"),
        pytest.param(SWEEP, None, id="a sweep"),
        pytest.param(event("beside-modify-vpc"), (1, 1, 0), id="one that no rule would read again"),
        pytest.param(event("beside-create-subnet"), (1, 0, 0), id="one beside which no endpoint is"),
    ],
)
def test_the_log_counts_the_changes_beside_endpoints_that_came(
    stage: Stage, caplog: pytest.LogCaptureFixture, body: str, said: tuple[int, int, int] | None
) -> None:
    """With how many of them matter to no rule, and how many looks they led to; nothing is said where none came."""
    stage.run(body)
    lines = [vars(one) for one in caplog.records if one.getMessage() == "changes beside endpoints"]
    assert [(one["changes"], one["of_no_concern"], one["looks_asked_for"]) for one in lines] == ([said] if said else [])


TWICE = ENFORCING + '[rules.duplicate]\nmode = "notify"\n'


def test_what_an_event_concerns_besides_is_asked_for(stage: Stage, tmp_path: Path) -> None:
    """The endpoint is looked at, and a message asks for the one beside it; what that leads to asks for nothing."""
    (tmp_path / "standard.toml").write_text(TWICE, encoding="utf-8")
    one, other = stage.endpoint(compliant=True), stage.endpoint(compliant=True)
    assert stage.run(event("modify", one)) == []
    (wanted,) = stage.queued()
    assert wanted["endpoint_id"] == other
    assert stage.run(json.dumps(wanted)) == []
    assert (stage.queued(), list(stage.told().values())) == ([], [{"duplicate": "told"}])


def test_an_event_whose_neighbours_cannot_be_asked_for_comes_again(stage: Stage, tmp_path: Path) -> None:
    """And no other message of its batch."""
    (tmp_path / "standard.toml").write_text(TWICE, encoding="utf-8")
    one, other, _ = (stage.endpoint(compliant=True) for _ in range(3))
    stage.env.setenv("WARDEN_QUEUE_URL", "gone")
    assert stage.run(asked(endpoint_id=other), event("modify", one)) == ["1"]


def test_a_change_beside_comes_again_where_no_look_can_be_asked_for(stage: Stage) -> None:
    """Nothing is lost."""
    stage.endpoint()
    body = event("beside-create-subnet").replace("vpc-0f1e2d3c4b5a69788", stage.vpc_id)
    stage.env.setenv("WARDEN_QUEUE_URL", "gone")
    assert stage.run(body) == ["0"]
