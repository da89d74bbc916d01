"""The whole way of one EC2 call: who may, what is staged, moto's answer, CloudTrail's event."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from xml.sax.saxutils import escape

from moto.core.request import Request
from moto.ec2.models import ec2_backends

from local.ec2 import access, cloudtrail
from local.ec2.call import Call
from local.ec2.connections import ConnectionActions
from local.ec2.endpoints import EndpointActions
from local.ec2.notifications import NotificationActions
from local.ec2.permissions import PermissionActions
from local.ec2.staging import Effect, Fault, Staging
from local.record import ApiCall, Record

Publish: TypeAlias = Callable[[Call, dict[str, Any]], None]

ONE_AT_A_TIME: Final = threading.Lock()
"""moto's stores are not made for threads, and there is one of each in a process."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; `lost`: nothing does, the connection breaks."""

    status: int
    body: bytes
    lost: bool = False
    code: str | None = None


def _error(call: Call, code: str, message: str, status: int) -> Answer:
    """Return an error in the form that EC2 gives it.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    body = f"<Response><Errors>{error}</Errors><RequestID>{call.request_id}</RequestID></Response>"
    return Answer(status, body.encode(), code=code)


class _Ec2(EndpointActions, PermissionActions, ConnectionActions, NotificationActions):
    """Every action: ours, and moto's for the rest."""


class Front:
    """EC2 of one local cloud."""

    def __init__(self, staging: Staging, record: Record, publish: Publish) -> None:
        """Answer from this stage, note each call in `record`, hand each change's event to `publish`."""
        self._staging = staging
        self._record = record
        self._publish = publish

    def answer(self, call: Call) -> Answer:
        """Answer a call; its event is on the bus before the answer goes out, so that a client can count on it."""
        started = time.perf_counter()
        if call.action not in cloudtrail.ACTIONS:
            return _error(call, "InvalidAction", f"The action {call.action} is not valid for this web service.", 400)
        if call.region not in ec2_backends[call.account].regions:
            return _error(
                call, "AuthFailure", f"Credential should be scoped to a valid region, not {call.region}.", 401
            )
        fault = self._staging.take(call.action, call.named())
        answer = self._decide(call, fault)
        duration = (time.perf_counter() - started) * 1000
        principal = cloudtrail.user_identity(call.access_key, call.account).get("arn", call.access_key)
        noted = ApiCall(
            "ec2", call.action, principal, call.started, duration, answer.status, answer.code, call.request_id
        )
        self._record.call(noted, lost=answer.lost, named=call.named())
        if not call.read_only:
            for _ in range(_events(fault)):
                self._publish(call, cloudtrail.detail(call, answer.status, answer.body))
        return answer

    def _decide(self, call: Call, fault: Fault | None) -> Answer:
        try:
            access.authorise(call)
        except access.Refused as refused:
            return _error(call, refused.code, str(refused), refused.status)
        if fault is not None and fault.effect is Effect.REFUSE:
            return _error(call, fault.code, fault.message, fault.status)
        if call.dry_run:
            # "If you have the required permissions, the error response is DryRunOperation" (botocore's model)
            return _error(call, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        status, body = self._moto(call, stale=fault is not None and fault.effect is Effect.STALE)
        code = body.partition(b"<Code>")[2].partition(b"</Code>")[0].decode() if status >= 300 else None  # noqa: PLR2004
        return Answer(status, body, lost=fault is not None and fault.effect is Effect.LOSE, code=code)

    def _moto(self, call: Call, *, stale: bool) -> tuple[int, bytes]:
        headers = {**call.headers, "x-moto-account-id": call.account}
        request = Request.from_primitives("POST", f"http://ec2.{call.region}.amazonaws.com/", headers, call.body)
        actions = _Ec2(self._staging, cloudtrail.callers(call), stale=stale)
        try:
            with ONE_AT_A_TIME:
                status, _, body = actions._dispatch(request, request.raw_url, request.headers)  # noqa: SLF001
        except NotImplementedError as error:
            refused = _error(call, "UnsupportedOperation", f"The local cloud does not know this: {error}", 400)
            return refused.status, refused.body
        text = body.decode() if isinstance(body, bytes) else str(body)
        return int(status), text.replace("request-id", call.request_id, 1).encode()


def _events(fault: Fault | None) -> int:
    """Return how often the event of a call arrives."""
    if fault is None:
        return 1
    return {Effect.NO_EVENT: 0, Effect.TWO_EVENTS: 2}.get(fault.effect, 1)


def envelope(detail: dict[str, Any]) -> dict[str, str]:
    """Return the entry of PutEvents for a CloudTrail record."""
    return {"Source": "aws.ec2", "DetailType": "AWS API Call via CloudTrail", "Detail": json.dumps(detail)}
