"""The function that talks to Slack, against a receiver on loopback and moto's Secrets Manager and SQS."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from golden.cases import CASES, STACK
from test_review_notice import written as review_notice
from warden.errors import WardenError
from warden.notice import notice_of
from warden.webhook import BadSecret, checked, seconds_of

NAMES = list(CASES)
FUNCTIONS = Path(__file__).parents[1] / "functions"
OK: tuple[int, dict[str, str], str] = (200, {}, "ok")


@dataclass
class Slack:
    """A receiver that answers as it was told, then with "ok", and keeps what it took."""

    url: str
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, str], str]:
        """Take one post."""
        self.paths.append(path)
        status, headers, text = self.answers.pop(0) if self.answers else OK
        if status == OK[0]:
            self.taken.append(json.loads(body))
        return status, headers, text


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    """A Slack on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, text = receiver.answer(self.path, body)
            if not status:  # hang up without an answer
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Slack(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Context:
    """What Lambda tells of the time that is left, in milliseconds, call by call."""

    left: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        """Give the next figure, or plenty."""
        return self.left.pop(0) if self.left else 60_000


@dataclass
class Stage:
    """The function as Lambda loads it, with what stands around it."""

    slack: Slack
    module: ModuleType
    secrets: Any
    sqs: Any
    queue: str
    context: Context = field(default_factory=Context)

    def put_secret(self, text: str) -> None:
        """Exchange the webhook."""
        self.secrets.put_secret_value(SecretId="slack", SecretString=text)

    def run(self, *bodies: str) -> list[str]:
        """Put the notices into the queue, run the function on them, and give the positions of those that failed."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)
        messages = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)["Messages"]
        records = [
            {"messageId": str(i), "receiptHandle": message["ReceiptHandle"], "body": message["Body"]}
            for i, message in enumerate(messages)
        ]
        answer = self.module.handler({"Records": records}, self.context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def headers(self) -> list[str]:
        """What Slack showed, in order."""
        return [taken["text"] for taken in self.slack.taken]


@pytest.fixture
def stage(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Load the function with a secret that leads to the receiver."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        secrets = boto3.client("secretsmanager")
        sqs = boto3.client("sqs")
        queue = sqs.create_queue(QueueName="notices", Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
        monkeypatch.setenv("WARDEN_SLACK_SECRET_ARN", secrets.create_secret(Name="slack", SecretString="-")["ARN"])
        monkeypatch.setenv("WARDEN_NOTICE_QUEUE_URL", queue)
        monkeypatch.delitem(sys.modules, "on_notice", raising=False)
        stage = Stage(slack, importlib.import_module("on_notice"), secrets, sqs, queue)
        stage.put_secret(f"{slack.url}/services/first\n")
        yield stage


def body(name: str) -> str:
    """A notice as SNS delivers it raw."""
    return notice_of(CASES[name], STACK).to_json()


def subject(name: str) -> str:
    """What Slack shows of it in a notification."""
    return notice_of(CASES[name], STACK).subject


def test_batch_is_sent_in_order(stage: Stage) -> None:
    """Every notice reaches Slack once, the first one first."""
    names = NAMES[:4]
    assert stage.run(*map(body, names)) == []
    assert stage.headers() == [subject(name) for name in names]
    assert stage.slack.paths == ["/services/first"] * 4


def test_a_review_reaches_slack(stage: Stage) -> None:
    """Among notices, in its place."""
    review = review_notice("first")
    assert stage.run(body("fixed"), review.to_json(), body("gone")) == []
    assert stage.headers() == [subject("fixed"), review.subject, subject("gone")]


def test_envelope_of_sns_is_opened(stage: Stage) -> None:
    """A subscription without raw delivery works as well."""
    envelope = json.dumps({"Type": "Notification", "Message": body("fixed")})
    assert stage.run(envelope) == []
    assert stage.headers() == [subject("fixed")]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param("{}", id="no notice"),
        pytest.param('{"Type":"Notification"}', id="empty envelope"),
        pytest.param('{"schema":"endpoint-warden/notice/1"}', id="fields missing"),
        pytest.param('{"schema":"endpoint-warden/review-notice/1"}', id="a review's fields missing"),
        pytest.param('{"schema":["endpoint-warden/notice/1"]}', id="a schema that is no name"),
    ],
)
def test_bad_notice_fails_alone(stage: Stage, bad: str) -> None:
    """It goes to the dead letters by itself, and its mates are delivered."""
    assert stage.run(body("fixed"), bad, body("gone")) == ["1"]
    assert stage.headers() == [subject("fixed"), subject("gone")]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, {}, "rollup_error"), id="500"),
        pytest.param((503, {}, ""), id="503"),
        pytest.param((400, {}, "invalid_payload"), id="invalid_payload"),
        pytest.param((404, {}, "no_service"), id="no_service"),
        pytest.param((403, {}, "invalid_token"), id="invalid_token"),
        pytest.param((410, {}, "channel_is_archived"), id="archived"),
        pytest.param((302, {"Location": "http://127.0.0.1:1/"}, ""), id="sent elsewhere"),
        pytest.param((500, {"Content-Type": "text/plain; charset=none"}, "x"), id="unreadable"),
        pytest.param((0, {}, ""), id="hangs up"),
    ],
)
def test_what_slack_does_not_take_stays_in_the_queue(stage: Stage, answer: tuple[int, dict[str, str], str]) -> None:
    """Nothing is lost, and the next notice is still tried."""
    stage.slack.answers = [OK, answer]
    assert stage.run(body("fixed"), body("held-unproved"), body("gone")) == ["1"]
    assert stage.headers() == [subject("fixed"), subject("gone")]


def test_answer_that_is_not_slacks_is_no_delivery(stage: Stage) -> None:
    """A proxy's friendly page is not Slack's "ok"."""
    stage.slack.answers = [(200, {}, "<html>please log in</html>")]
    assert stage.run(body("fixed")) == ["0"]


def test_slack_that_is_down_is_tried_again(stage: Stage) -> None:
    """Nothing listens at this port."""
    stage.put_secret("http://127.0.0.1:1/services/x")
    assert stage.run(body("fixed"), body("gone")) == ["0", "1"]


def test_exchanged_webhook_is_found_at_once(stage: Stage) -> None:
    """Where Slack does not know the old address, the secret is read again and the notice sent to the new one."""
    assert stage.run(body("fixed")) == []
    stage.put_secret(f"{stage.slack.url}/services/second")
    assert stage.run(body("gone")) == []
    stage.slack.answers = [(404, {}, "no_service")]
    assert stage.run(body("resolved"), body("unknown")) == []
    assert [path.rpartition("/")[2] for path in stage.slack.paths] == ["first", "first", "first", "second", "second"]
    assert stage.headers() == [subject(name) for name in ("fixed", "gone", "resolved", "unknown")]


def test_limit_stops_the_batch(stage: Stage) -> None:
    """After a 429 nothing more is sent: it would be refused too."""
    stage.slack.answers = [OK, (429, {"Retry-After": "30"}, "rate_limited")]
    assert stage.run(body("fixed"), body("gone"), body("resolved")) == ["1", "2"]
    assert stage.headers() == [subject("fixed")]
    assert len(stage.slack.paths) == 2


@dataclass
class Queue:
    """Records how long each message is to wait; refuses the handles that it was told to."""

    waits: list[tuple[str, str, int]] = field(default_factory=list)
    refused: str = ""

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        """Take it, or refuse as SQS does."""
        if self.refused == ReceiptHandle:
            raise ClientError({"Error": {"Code": "ReceiptHandleIsInvalid", "Message": "no"}}, "ChangeMessageVisibility")
        self.waits.append((QueueUrl, ReceiptHandle, VisibilityTimeout))


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        pytest.param({"Retry-After": "30"}, [30, 31], id="as Slack asks"),
        pytest.param({"retry-after": "30"}, [30, 31], id="in small letters"),
        pytest.param({"Retry-After": "99999"}, [43_200, 43_200], id="at most 12 hours"),
        pytest.param({}, [60, 61], id="no word of how long"),
    ],
)
def test_limited_notices_wait(stage: Stage, headers: dict[str, str], waits: list[int]) -> None:
    """The refused one and the rest of the batch wait, a second apart."""
    queue = Queue()
    courier = stage.module.Courier(stage.module.courier._hook, queue, "queue")
    stage.slack.answers = [OK, (429, headers, "rate_limited")]
    records = [{"messageId": name, "receiptHandle": name, "body": body(name)} for name in ("fixed", "gone", "unknown")]
    assert courier.carry(records, Context()) == records[1:]
    assert queue.waits == [("queue", "gone", waits[0]), ("queue", "unknown", waits[1])]


def test_notice_that_cannot_be_postponed_is_not_lost(stage: Stage) -> None:
    """It comes back when its visibility timeout ends, and the others wait all the same."""
    queue = Queue(refused="gone")
    courier = stage.module.Courier(stage.module.courier._hook, queue, "queue")
    stage.slack.answers = [(429, {"Retry-After": "5"}, "")]
    records = [{"messageId": name, "receiptHandle": name, "body": body(name)} for name in ("gone", "unknown")]
    assert courier.carry(records, Context()) == records
    assert queue.waits == [("queue", "unknown", 6)]


def test_rest_of_the_batch_waits_when_time_runs_out(stage: Stage) -> None:
    """A notice that is being sent when Lambda ends would be sent twice."""
    stage.context.left = [60_000, 10_000]
    assert stage.run(body("fixed"), body("gone"), body("unknown")) == ["1", "2"]
    assert stage.headers() == [subject("fixed")]


@pytest.mark.parametrize("secret", ["", "not an address", "http://hooks.slack.com/services/x"])
def test_bad_secret_fails_all_and_is_not_logged(stage: Stage, caplog: pytest.LogCaptureFixture, secret: str) -> None:
    """A clear line in the log, without the secret in it."""
    stage.put_secret(secret or " ")
    assert stage.run(body("fixed"), body("gone")) == ["0", "1"]
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "must be an address that begins with https://" in vars(line)["reason"]
    assert not secret or secret not in f"{vars(line)}"


def test_secret_that_cannot_be_read_fails_all(stage: Stage) -> None:
    """They are tried again when somebody has mended it."""
    stage.secrets.delete_secret(SecretId="slack", ForceDeleteWithoutRecovery=True)
    assert stage.run(body("fixed"), body("gone")) == ["0", "1"]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("https://hooks.slack.com/services/x", id="Slack"),
        pytest.param(" https://hooks.slack.com/services/x\n", id="with space around it"),
        pytest.param("http://localhost:8080/x", id="loopback"),
        pytest.param("http://[::1]:8080/x", id="loopback, version 6"),
    ],
)
def test_good_addresses(secret: str) -> None:
    """What may be posted to."""
    assert checked(secret) == secret.strip()


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("http://hooks.slack.com/x", id="not encrypted"),
        pytest.param("http://localhost.evil.example/x", id="only looks like loopback"),
        pytest.param("ftp://hooks.slack.com/x", id="not the web"),
        pytest.param("https:///x", id="no host"),
        pytest.param("https://a b/x", id="space"),
        pytest.param("https://a/\nb", id="line break"),
        pytest.param("https://a/é", id="not ASCII"),
        pytest.param("https://a:0/", id="port 0"),
        pytest.param("https://a:x/", id="no port"),
        pytest.param("https://[x/", id="half a bracket"),
        pytest.param('{"url": "https://hooks.slack.com/x"}', id="JSON"),
    ],
)
def test_bad_addresses(secret: str) -> None:
    """What may not; the secret never stands in the error."""
    with pytest.raises(BadSecret) as caught:
        checked(secret)
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1),
        (" 90 ", 90),
        ("0", 1),
        ("43201", 43_200),
        ("9" * 400, 60),
        ("-1", 60),
        ("1.5", 60),
        ("soon", 60),
        ("²", 60),
    ],
)
def test_retry_after(header: str, seconds: int) -> None:
    """Whatever stands there becomes a wait that SQS takes."""
    assert seconds_of(header) == seconds


@pytest.mark.parametrize("name", ["WARDEN_SLACK_SECRET_ARN", "WARDEN_NOTICE_QUEUE_URL"])
def test_missing_setting_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A function that was deployed wrong says so at its start."""
    monkeypatch.delenv(name)
    with pytest.raises(WardenError, match=name):
        importlib.reload(stage.module)


def test_needs_are_what_the_contract_grants(stage: Stage) -> None:
    """Its role needs nothing more."""
    assert {
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    } == stage.module.NEEDS


def test_slack_sdk_stays_out_of_the_other_functions() -> None:
    """Its import costs a cold start; only the function that talks to Slack pays for it."""
    script = "import sys, warden.notice, warden.notify, warden.slack; sys.exit('slack_sdk' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": str(FUNCTIONS)})
