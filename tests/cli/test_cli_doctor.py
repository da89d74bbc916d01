"""`warden doctor`: each check says OK, PROBLEM with what to do, or CAN'T TELL."""

from __future__ import annotations

import http.server
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from ministack.services import eventbridge

from builders import OFF, REGION, ROLE
from cli.account import Session, connect
from cli.checks.answer import Answer, State, cannot_tell, ok, problem
from cli.checks.event_rules import WATCHES, event_rules, queue_arn
from cli.checks.functions import consumers, functions
from cli.checks.patient import Patient
from cli.checks.queues import dead_letters, waiting
from cli.checks.round_trip import log_group, message, round_trip
from cli.checks.schedules import review, sweep
from cli.checks.standard import standard
from cli.checks.standing import key, kill_switch, mode, status
from cli.checks.subscriptions import subscriptions
from cli.checks.trail import _basic, trail
from cli.examining import code_of, examined, summary
from cli.exits import Code
from cli.stack import Part, deployed
from template import load
from warden.events import KNOWN, Nothing, Place, parse
from warden.rules import EVERY_RULE

STACK = "warden"


@pytest.fixture
def patient(deploy: Callable[[], None]) -> Patient:
    """A stack in moto."""
    deploy()
    return Patient(deployed(connect(None, REGION, None), STACK), wait=1)


def client(service: str) -> Any:
    """A client of the account."""
    session: Any = boto3.Session(region_name=REGION)
    return session.client(service)


def only(answers: Iterator[Answer]) -> Answer:
    """The one answer."""
    (answer,) = answers
    return answer


def test_standing_stack_is_ok(patient: Patient) -> None:
    """Stack, mode, kill switch and key of a new stack."""
    assert only(status(patient)) == ok("the stack is CREATE_COMPLETE")
    assert only(mode(patient)) == ok("the stack's mode is enforce: what a rule may fix is fixed")
    assert only(kill_switch(patient)) == ok("the kill switch /warden/kill-switch says run")
    assert only(key(patient)).state is State.OK


@pytest.mark.parametrize(
    ("value", "state", "words"),
    [
        pytest.param("stop", State.OK, "says stop: nothing is written", id="stop"),
        pytest.param("run", State.OK, "says run", id="run"),
        pytest.param("halt", State.PROBLEM, "is 'halt'; allowed: run, stop", id="another word"),
    ],
)
def test_kill_switch_is_read(patient: Patient, value: str, state: State, words: str) -> None:
    """What it says is told, and a word that it does not know is a problem."""
    client("ssm").put_parameter(Name="/warden/kill-switch", Value=value, Overwrite=True)
    answer = only(kill_switch(patient))
    assert answer.state is state
    assert words in answer.what
    assert ("--name /warden/kill-switch --value run" in answer.do) is (state is State.PROBLEM)


def test_kill_switch_that_the_looker_may_not_read_cannot_be_told(patient: Patient) -> None:
    """Whether the function can read it is another matter: no problem is claimed, and the permission is asked for."""
    stub = Stubber(ssm := client("ssm"))
    stub.add_client_error("get_parameter", "AccessDeniedException")
    session = cast("Session", SimpleNamespace(client=lambda *_, **__: ssm))
    account = replace(patient.stack.account, session=session)
    with stub:
        (answer,) = examined(Patient(replace(patient.stack, account=account)), kill_switch)
    assert answer.state is State.CANT_TELL
    assert "--profile NAME" in answer.do


def test_a_person_who_stopped_is_quoted(patient: Patient) -> None:
    """The parameter that stops is another one, and its value is the reason."""
    client("ssm").put_parameter(Name="/warden/kill-switch/stop", Value="incident 4711", Type="String")
    assert only(kill_switch(patient)) == ok(
        "the kill switch /warden/kill-switch says stop (incident 4711): nothing is written"
    )


@contextmanager
def fetchable(patient: Patient, toml: str) -> Iterator[Patient]:
    """The same stack, whose function's code can be fetched, with this standard in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("standard.toml", toml)

    class Code(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(buffer.getvalue())

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Code) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        stub = Stubber(functions := client("lambda"))
        stub.add_response("get_function", {"Code": {"Location": f"http://127.0.0.1:{server.server_port}/code.zip"}})
        session = cast("Session", SimpleNamespace(client=lambda *_, **__: functions))
        with stub:
            yield Patient(replace(patient.stack, account=replace(patient.stack.account, session=session)))
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        pytest.param("notify", "notify multi-az: nothing is fixed, whatever the stack's mode", id="tells"),
        pytest.param("enforce", "enforce multi-az, as far as the stack's mode allows", id="fixes"),
        pytest.param("off", "every rule off: nothing is judged or told", id="off"),
    ],
)
def test_deployed_standard_is_read(patient: Patient, mode: str, says: str) -> None:
    """Each rule's mode, and what comes of them: a stack in mode enforce may fix nothing all the same."""
    toml = OFF.replace('[rules.multi-az]\nmode = "off"', f'[rules.multi-az]\nmode = "{mode}"')
    others = "".join(f", {rule.id}" for rule in EVERY_RULE if rule.id != "multi-az")
    with fetchable(patient, toml) as one:
        found = only(standard(one))
    assert found.state is State.OK
    assert found.what.replace(f"; off{others[1:]}", "") == f"the deployed standard says {says}"


def test_wrong_standard_is_a_problem(patient: Patient) -> None:
    """Its errors are named, and how it is mended."""
    with fetchable(patient, '[rules.multi-az]\nmode = "fix"\nzones = 2\n') as one:
        answer = only(standard(one))
    assert answer.state is State.PROBLEM
    assert 'rules.multi-az.mode is "fix"' in answer.what
    assert "rules.multi-az.zones is not a known key" in answer.what
    assert "sam build && sam deploy" in answer.do


def test_standard_that_cannot_be_fetched_cannot_be_told(patient: Patient) -> None:
    """Where the code is not to be had (moto's address leads nowhere), no file is taken in its place."""
    (answer,) = examined(patient, standard)
    assert answer.state is State.CANT_TELL
    assert answer.what.startswith("standard that was deployed: the standard that stack warden was deployed with cannot")


def test_key_that_is_to_be_deleted_is_a_problem(patient: Patient) -> None:
    """Its day is named, and the command that cancels it."""
    part = patient.part("Key")
    assert part
    client("kms").schedule_key_deletion(KeyId=part.id)
    answer = only(key(patient))
    assert answer.state is State.PROBLEM
    assert "is deleted on" in answer.what
    assert f"aws kms cancel-key-deletion --key-id {part.id}" in answer.do


def test_disabled_key_is_a_problem(patient: Patient) -> None:
    """The command that enables it is told."""
    part = patient.part("Key")
    assert part
    client("kms").disable_key(KeyId=part.id)
    assert "aws kms enable-key" in only(key(patient)).do


def _trail(*, logging: bool = True) -> None:
    client("s3").create_bucket(Bucket="trails")
    client("cloudtrail").create_trail(Name="audit", S3BucketName="trails", IsMultiRegionTrail=True)
    if logging:
        client("cloudtrail").start_logging(Name="audit")


def test_no_trail_is_a_problem(patient: Patient) -> None:
    """Without a trail there are no events at all."""
    assert only(trail(patient)).what == f"no CloudTrail trail covers {REGION}"


def test_trail_that_is_off_is_a_problem(patient: Patient) -> None:
    """Which one, and that it is off."""
    _trail(logging=False)
    answer = only(trail(patient))
    assert answer.state is State.PROBLEM
    assert "audit is switched off" in answer.what


def _select(**selector: Any) -> None:
    client("cloudtrail").put_event_selectors(TrailName="audit", EventSelectors=[{"DataResources": [], **selector}])


@pytest.mark.parametrize(
    ("selector", "state"),
    [
        ({"ReadWriteType": "All", "IncludeManagementEvents": True}, State.OK),
        ({"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}, State.OK),
        ({"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}, State.PROBLEM),
        ({"ReadWriteType": "All", "IncludeManagementEvents": False}, State.PROBLEM),
    ],
)
def test_trail_must_select_management_writes(patient: Patient, selector: dict[str, Any], state: State) -> None:
    """A trail of reads, or of data events only, makes no events for us."""
    _trail()
    _select(**selector)
    assert only(trail(patient)).state is state


def test_source_that_is_left_out_is_seen() -> None:
    """A trail can leave out whole services."""
    assert not _basic(
        {
            "IncludeManagementEvents": True,
            "ReadWriteType": "All",
            "ExcludeManagementEventSources": ["ec2.amazonaws.com"],
        }
    )


def answered(EventPattern: str, Event: str) -> dict[str, Any]:  # noqa: N803  the API's own words
    """What TestEventPattern answers, by the matcher that the template is tested with: moto answers nothing."""
    asked = {"EventPattern": EventPattern, "Event": Event}
    return cast("dict[str, Any]", json.loads(eventbridge._test_event_pattern(asked)[2]))


@pytest.fixture
def matching(patient: Patient) -> Patient:
    """The same stack, whose events are matched."""
    events = client("events")
    events.test_event_pattern = answered
    clients = {"events": events, "sqs": client("sqs")}
    session = cast("Session", SimpleNamespace(client=lambda service, **_: clients[service]))
    return Patient(replace(patient.stack, account=replace(patient.stack.account, session=session)))


def test_every_rule_is_ok(matching: Patient) -> None:
    """Each is enabled, takes what it is for, and its target is the queue."""
    answers = list(event_rules(matching))
    assert [answer.state for answer in answers] == [State.OK] * 3
    assert answers[2].what == (
        "the rule tags is enabled, matches changes of the tags of endpoints, endpoint services and VPCs, and sends "
        "them to the queue"
    )


@pytest.mark.parametrize("place", range(3))
def test_each_rule_is_looked_at(matching: Patient, place: int) -> None:
    """A disabled one is a problem, with the command that enables it; the others are still OK."""
    name = ("changes", "beside", "tags")[place]
    client("events").disable_rule(Name=name)
    answers = list(event_rules(matching))
    assert [answer.state for answer in answers].index(State.PROBLEM) == place
    assert [answer.state for answer in answers].count(State.OK) == 2
    assert answers[place].what.startswith(f"the rule {name} is disabled: changes of ")
    assert answers[place].do == f"`aws events enable-rule --region {REGION} --name {name}`."


def test_a_rule_that_is_missing_is_a_problem(matching: Patient) -> None:
    """As of a stack that was deployed from an older template."""
    parts = {name: part for name, part in matching.stack.parts.items() if name != "BesideRule"}
    _, answer, _ = event_rules(Patient(replace(matching.stack, parts=parts)))
    what = "changes of security groups, routes, subnets and VPCs beside endpoints are not seen before the sweep"
    assert answer == problem(f"the stack has no BesideRule: {what}", "Deploy the stack again.")


def changed(rule: str, **detail: Any) -> None:
    """Change the pattern of a rule of the account by hand."""
    pattern = json.loads(client("events").describe_rule(Name=rule)["EventPattern"])
    pattern["detail"] |= detail
    client("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))


@pytest.mark.parametrize(
    ("rule", "detail", "missed"),
    [
        pytest.param(
            "beside",
            {"eventName": sorted(WATCHES["BesideRule"].calls - {"CreateSubnet", "DeleteRoute"})},
            "CreateSubnet, DeleteRoute",
            id="calls taken away",
        ),
        pytest.param(
            "tags",
            {"requestParameters": {"resourcesSet": {"items": {"resourceId": [{"prefix": "vpce-"}]}}}},
            "CreateTags of vpc-..., DeleteTags of vpc-...",
            id="tags of endpoints alone",
        ),
        pytest.param(
            "changes",
            {"eventSource": ["s3.amazonaws.com"]},
            ", ".join(sorted(WATCHES["ChangeRule"].calls)),
            id="another service",
        ),
    ],
)
def test_a_pattern_that_takes_less_is_a_problem(
    matching: Patient, rule: str, detail: dict[str, Any], missed: str
) -> None:
    """Each call that it no longer takes is named."""
    changed(rule, **detail)
    (answer,) = (one for one in event_rules(matching) if one.state is not State.OK)
    assert answer == problem(
        f"the rule {rule} does not match {missed}", "Deploy the stack again: its pattern was changed."
    )


def test_rule_without_its_target_is_a_problem(matching: Patient) -> None:
    """A rule that sends nowhere."""
    client("events").remove_targets(Rule="tags", Ids=["queue"])
    queue = queue_arn(matching, matching.stack.settings.queue_url)
    assert [answer.what for answer in event_rules(matching)][2] == f"the rule tags does not send to {queue}"


def test_every_call_that_is_understood_is_asked_about() -> None:
    """Of each rule of the template, by its name there."""
    assert {call for watch in WATCHES.values() for call in watch.calls} == KNOWN
    patterns = {name: rule["EventPattern"] for name, rule in load().of_type("AWS::Events::Rule").items()}
    assert {name: set(pattern["detail"]["eventName"]) for name, pattern in patterns.items()} == {
        name: watch.calls for name, watch in WATCHES.items()
    }


def test_schedule_is_looked_at(patient: Patient) -> None:
    """A stack without a sweep is a problem; one without a review need not have it."""
    assert only(sweep(patient)).state is State.PROBLEM
    assert only(review(patient)).state is State.OK


@pytest.mark.parametrize(("state", "told"), [("ENABLED", State.OK), ("DISABLED", State.PROBLEM)])
def test_schedules_are_told_apart(patient: Patient, state: str, told: State) -> None:
    """Each by its own expression, and whether it is on."""
    part_type = "AWS::Scheduler::Schedule"
    for name, when in (("warden-Sweep-1", "rate(1 day)"), ("warden-Review-1", "rate(30 days)")):
        client("scheduler").create_schedule(
            Name=name,
            ScheduleExpression=when,
            State=state if name == "warden-Review-1" else "ENABLED",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:changes", "RoleArn": ROLE},
        )
    parts = {"Sweep": Part(part_type, "warden-Sweep-1"), "Review": Part(part_type, "warden-Review-1")}
    both = replace(patient, stack=replace(patient.stack, parts={**patient.stack.parts, **parts}))
    assert only(sweep(both)) == ok("the sweep runs by rate(1 day)")
    answer = only(review(both))
    assert answer.state is told
    assert (answer == ok("the review runs by rate(30 days)")) is (told is State.OK)


def test_dead_letters_are_told_with_their_reasons(patient: Patient) -> None:
    """What the function or EventBridge wrote on them is shown, and they stay where they are."""
    assert only(dead_letters(patient)) == ok("DeadLetters is empty")
    url = patient.stack.settings.dead_letters_url
    reason = {"reason": {"DataType": "String", "StringValue": "the message is not JSON"}}
    client("sqs").send_message(QueueUrl=url, MessageBody="x", MessageAttributes=reason)
    answer = only(dead_letters(patient))
    assert answer.what == "DeadLetters has 1 message: the message is not JSON"
    assert only(dead_letters(patient)) == answer


def test_queue_is_measured(patient: Patient) -> None:
    """How much waits."""
    client("sqs").send_message(QueueUrl=patient.stack.settings.queue_url, MessageBody="x")
    assert only(waiting(patient)) == ok("the queue has 1 messages waiting, 0 being handled, 0 for later")


def test_subscriptions_are_told(patient: Patient) -> None:
    """Nobody, with the parameters of that very topic; or whom: an address that is not confirmed is named."""
    notices, operations = subscriptions(patient)
    assert notices.state is operations.state is State.PROBLEM
    assert "with the parameter NoticeEmail or SlackWebhookSecretArn, or subscribe" in notices.do
    assert "with the parameter OperationsEmail, or subscribe" in operations.do
    topic = patient.stack.settings.topic_arn
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    assert next(subscriptions(patient)) == ok("NoticeTopic tells email to ops@example.com")


def test_function_and_its_queue_are_looked_at(patient: Patient) -> None:
    """The function is there; nothing feeds it in this stack, which is a problem."""
    assert only(functions(patient)).state is State.OK
    assert only(consumers(patient)).what == "OnChange does not read its queue (there is none): messages wait"


def test_event_that_is_seen_in_the_log_is_ok(patient: Patient) -> None:
    """The id of the message that was sent is looked for in the function's log."""
    group = log_group(patient)
    client("logs").create_log_group(logGroupName=group)
    client("logs").create_log_stream(logGroupName=group, logStreamName="s")
    queue = patient.stack.settings.queue_url
    sent: list[dict[str, Any]] = []

    def function_runs(_: float) -> None:
        for received in client("sqs").receive_message(QueueUrl=queue).get("Messages", ()):
            sent.append(json.loads(received["Body"]))
            line = json.dumps({"message": "message needs no look", "message_id": received["MessageId"]})
            entry = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": line}
            client("logs").put_log_events(logGroupName=group, logStreamName="s", logEvents=[entry])

    answer = only(round_trip(Patient(patient.stack, wait=60, sleep=function_runs)))
    assert answer.state is State.OK
    assert sent[0]["detail"]["errorCode"] == "WardenDoctor"


def test_event_that_is_not_seen_is_a_problem(patient: Patient) -> None:
    """After the deadline: what was sent, and where to look."""
    client("logs").create_log_group(logGroupName=log_group(patient))
    ticks = iter(range(100))
    answer = only(round_trip(Patient(patient.stack, wait=3, clock=lambda: float(next(ticks)), sleep=lambda _: None)))
    assert answer.state is State.PROBLEM
    assert "was not seen in the log within 3 s" in answer.what


def test_message_of_the_doctor_is_harmless(patient: Patient) -> None:
    """The function reads it as a call that failed: it looks at no endpoint."""
    here = Place(patient.stack.account.id, REGION, ROLE)
    assert isinstance(parse(message(patient), here, datetime.now(UTC)), Nothing)


def refused(_: Patient) -> Iterator[Answer]:
    """Something that may not be seen."""
    yield ok("the first half")
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")


def test_check_that_is_refused_cannot_tell(patient: Patient) -> None:
    """What was found before is kept, and the rest is not guessed."""
    first, second = examined(patient, refused)
    assert first == ok("the first half")
    assert second.state is State.CANT_TELL
    assert second.what.startswith("something that may not be seen: ")
    assert "--profile NAME" in second.do


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([ok("a")], Code.OK),
        ([ok("a"), cannot_tell("b", "c")], Code.NOT_LOOKED),
        ([ok("a"), cannot_tell("b", "c"), problem("d", "e")], Code.OPEN),
    ],
)
def test_exit_code_never_flatters(answers: list[Answer], code: Code) -> None:
    """0 only where every check is OK."""
    assert code_of(answers) is code
    assert summary(answers).endswith(".")
