"""The control API under `/_local`: staging, and what was recorded. `local.stage` is its client."""

# ruff: noqa: SLF001 -- moto and MiniStack have no other way in

import math
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeAlias

from ministack.core import responses
from ministack.services import eventbridge, scheduler, sns
from moto.ec2.models import ec2_backends

from local.ec2.staging import Effect, Fault, Staging
from local.record import Record
from local.settings import CONTROL, Settings

Answer: TypeAlias = tuple[int, Any]


class Control:
    """Carries out control requests."""

    def __init__(self, settings: Settings, staging: Staging, record: Record) -> None:
        """Change this stage, show this record."""
        self._settings = settings
        self._staging = staging
        self._record = record

    def answer(self, path: str, document: dict[str, Any], query: dict[str, str]) -> Answer:
        """Answer `GET /_local/<what is recorded>?after=n` or `POST /_local/<what to stage>`."""
        name = path.removeprefix(CONTROL).strip("/")
        recorded = {entries: getattr(self._record, entries) for entries in ("calls", "hops", "logs", "notices", "mail")}
        if name in recorded:
            return 200, recorded[name][int(query.get("after", "0")) :]
        actions: dict[str, Callable[..., dict[str, Any]]] = {
            "fault": self._fault,
            "reset": self._reset,
            "settle": self._settle,
            "endpoint": self._endpoint,
            "subnet": self._subnet,
            "service": self._service,
            "confirm": self._confirm,
            "fire": self._fire,
        }
        if name not in actions:
            return 404, {"error": f"no {path}; there are {sorted([*recorded, *actions])}"}
        try:
            return 200, actions[name](**document)
        except (TypeError, KeyError, ValueError) as error:
            return 400, {"error": f"{name}: {error!r}"}

    def _cloud(self, account: str = "") -> Any:  # noqa: ANN401 -- moto's backend
        return ec2_backends[account or self._settings.account][self._settings.region]

    def _fault(self, effect: str, **fault: Any) -> dict[str, str]:  # noqa: ANN401 -- checked by Fault
        self._staging.faults.append(Fault(effect=Effect(effect), **fault))
        return {}

    def _reset(self) -> dict[str, str]:
        self._staging.reset()
        return {}

    def _settle(self, seconds: float | None) -> dict[str, str]:
        self._staging.settle = math.inf if seconds is None else seconds
        return {}

    def _endpoint(self, endpoint_id: str, members: dict[str, Any], account: str = "") -> dict[str, str]:
        """Stage members of an endpoint; `State: available` makes a pending one really available; null unstages."""
        endpoint = self._cloud(account).vpc_end_points[endpoint_id]
        if members.get("State") == "available":
            endpoint.ready_at, endpoint.withheld = 0.0, ""
            members = {**members, "State": None}
        staged = {**endpoint.staged, **members}
        endpoint.staged = {name: value for name, value in staged.items() if value is not None}
        return {}

    def _subnet(self, subnet_id: str, free: int) -> dict[str, str]:
        """Set how many addresses are free now; interfaces made later take more."""
        subnet = self._cloud().get_subnet(subnet_id)
        subnet._available_ip_addresses += free - subnet.available_ip_address_count
        return {}

    def _service(self, name: str, members: dict[str, Any]) -> dict[str, str]:
        self._staging.services.setdefault(name, {}).update(members)
        return {}

    def _fire(self, schedule: str) -> dict[str, str]:
        """Let a schedule of EventBridge Scheduler fire now, whatever its expression says."""
        with responses.request_scope(self._settings.account, self._settings.region):
            known = {entry["Name"]: entry for entry in scheduler._schedules.values()}
            entry = known[schedule]
            event: dict[str, object] = {
                "EventId": str(uuid.uuid4()),
                "Source": "aws.scheduler",
                "DetailType": "Scheduled Event",
            }
            event |= {"Detail": "{}", "Time": time.time(), "Account": self._settings.account}
            eventbridge._invoke_target(entry["Target"], event, entry)
        return {}

    def _confirm(self) -> dict[str, int]:
        """Confirm every subscription that waits: CloudFormation's http(s) ones never are, by MiniStack."""
        confirmed = 0
        with responses.request_scope(self._settings.account, self._settings.region):
            for topic in sns._topics.values():
                for subscription in topic["subscriptions"]:
                    confirmed += not subscription["confirmed"]
                    subscription["confirmed"] = True
                    subscription["attributes"]["PendingConfirmation"] = "false"
        return {"confirmed": confirmed}
