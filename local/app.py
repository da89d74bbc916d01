"""The one endpoint: EC2 goes to our EC2, `/_local` to the control API, everything else to MiniStack."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import ministack.app as ministack
from ministack.core import iam_evaluator as iam
from ministack.core import responses
from ministack.services import eventbridge

from local.control import Control
from local.ec2 import cloudtrail
from local.ec2.call import Call, parsed, scope_of
from local.ec2.front import Answer, Front, envelope
from local.ec2.staging import Staging
from local.record import ApiCall, Record
from local.settings import CONTROL, Settings

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

NOT_NOTED: Final = frozenset({"s3", None})
"""Calls that are passed on unread: object bodies can be large."""


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _reply(send: Send, status: int, body: bytes, content_type: str) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _publish(record: Record) -> Callable[[Call, dict[str, Any]], None]:
    """Return what puts the event of a call on the default bus of its account and region."""

    def publish(call: Call, detail: dict[str, Any]) -> None:
        entry = envelope(detail)
        record.hop("published", call.action, entry["Detail"], request_id=call.request_id)
        with responses.request_scope(call.account, call.region):
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)  # noqa: SLF001 -- for aws.* sources

    return publish


class App:
    """The ASGI application of one local cloud."""

    def __init__(self, settings: Settings, record: Record) -> None:
        """Build the cloud's own parts; MiniStack is a module, and there is one of it in a process."""
        self._settings = settings
        self._record = record
        staging = Staging()
        self._front = Front(staging, record, _publish(record))
        self._control = Control(settings, staging, record)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await ministack.app(scope, receive, send)
        elif scope["path"].startswith(CONTROL):
            await self._controlled(scope, receive, send)
        elif (signed := scope_of(_headers(scope))) is not None and signed[2] == "ec2":
            await self._ec2(scope, receive, send, signed)
        elif signed is not None and signed[2] not in NOT_NOTED:
            await self._noted(scope, receive, send, signed)
        else:
            await ministack.app(scope, receive, send)

    async def _controlled(self, scope: Scope, receive: Receive, send: Send) -> None:
        document = json.loads(await _body(receive) or b"{}")
        query = dict(pair.split("=", 1) for pair in scope["query_string"].decode().split("&") if "=" in pair)
        status, answer = await asyncio.to_thread(self._control.answer, scope["path"], document, query)
        await _reply(send, status, json.dumps(answer).encode(), "application/json")

    async def _ec2(self, scope: Scope, receive: Receive, send: Send, signed: tuple[str, str, str]) -> None:
        headers, body = _headers(scope), await _body(receive)
        access_key, region, _ = signed
        responses.set_request_account_id(iam.find_iam_access_key_account(access_key) or access_key)
        responses.set_request_region(region)
        source_ip = (scope.get("client") or ("127.0.0.1",))[0]
        iam.pin_request_origin(source_ip, secure_transport=False)
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        iam.pin_signed_request(scope["method"], path, {}, scope["headers"])
        iam.pin_signed_body(body)
        form = parsed(body)
        account = responses.get_account_id()
        agent = headers.get("user-agent", "")
        call = Call(form.get("Action", ""), form, access_key, region, account, agent, source_ip, headers, body)
        answer: Answer = await asyncio.to_thread(self._front.answer, call)
        if answer.lost:
            # A response that is started and never sent: hypercorn closes the connection without a byte.
            await send({"type": "http.response.start", "status": 200, "headers": []})
            return
        await _reply(send, answer.status, answer.body, "text/xml;charset=UTF-8")

    async def _noted(self, scope: Scope, receive: Receive, send: Send, signed: tuple[str, str, str]) -> None:
        """Pass a call on to MiniStack and note it."""
        body, headers = await _body(receive), _headers(scope)
        started, clock = time.time(), time.perf_counter()
        status, answer = 500, b""

        async def replay() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def watch(message: dict[str, Any]) -> None:
            nonlocal status, answer
            status = message.get("status", status)
            answer += message.get("body", b"") if status >= 300 else b""  # noqa: PLR2004 -- HTTP
            await send(message)

        await ministack.app(scope, replay, watch)
        target = headers.get("x-amz-target", "").rpartition(".")[2]
        action = target or parsed(body[:4096]).get("Action", "") or f"{scope['method']} {scope['path']}"
        account = responses.get_account_id()
        principal = cloudtrail.user_identity(signed[0], account).get("arn", signed[0])
        duration = (time.perf_counter() - clock) * 1000
        self._record.call(ApiCall(signed[2], action, principal, started, duration, status, _code(answer), ""))


def _code(body: bytes) -> str | None:
    """Return the error code in an answer, XML or JSON."""
    text = body.decode(errors="replace")
    if "<Code>" in text:
        return text.partition("<Code>")[2].partition("</Code>")[0]
    if '"__type"' in text:
        return str(json.loads(text)["__type"]).rpartition("#")[2]
    return text[:80] or None
