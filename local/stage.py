"""Stage states and faults of the local cloud's EC2: `cloud.stage.throttle("ModifyVpcEndpoint", times=2)`."""

from collections.abc import Callable
from typing import Any, Final

ANY: Final = "*"
"""Every action."""


class Stage:
    """The client of the control API's staging part.

    Faults meet the next `times` calls of an action (`*`: of all; times None: until `reset`), in the order staged;
    with `resource`, only calls that name this id.
    """

    def __init__(self, control: Callable[[str, dict[str, Any]], Any]) -> None:
        """Send control requests through this function."""
        self._control = control

    def throttle(self, action: str = ANY, times: int | None = 1, resource: str | None = None) -> None:
        """Refuse with RequestLimitExceeded."""
        self.error(action, "RequestLimitExceeded", "Request limit exceeded.", 503, times, resource)

    def deny(self, action: str, times: int | None = 1, resource: str | None = None) -> None:
        """Refuse with UnauthorizedOperation."""
        message = "You are not authorized to perform this operation."
        self.error(action, "UnauthorizedOperation", message, 403, times, resource)

    def busy(self, action: str = "ModifyVpcEndpoint", times: int | None = 1, resource: str | None = None) -> None:
        """Refuse with OperationInProgress."""
        self.error(action, "OperationInProgress", "An operation is in progress.", 400, times, resource)

    def error(
        self,
        action: str,
        code: str,
        message: str = "staged",
        status: int = 400,
        times: int | None = 1,
        resource: str | None = None,
    ) -> None:
        """Refuse with any error code; nothing is applied."""
        fault = {"effect": "refuse", "code": code, "message": message, "status": status}
        self._fault(action, times, resource, **fault)

    def lose_response(self, action: str, times: int | None = 1, resource: str | None = None) -> None:
        """Apply the call, then break the connection: the client cannot know."""
        self._fault(action, times, resource, effect="lose")

    def stale(self, times: int | None = 1) -> None:
        """Describe endpoints as they were before the last change; a new endpoint is not visible yet."""
        self._fault("DescribeVpcEndpoints", times, None, effect="stale")

    def lose_event(self, action: str, times: int | None = 1) -> None:
        """Apply the call, deliver no event."""
        self._fault(action, times, None, effect="no-event")

    def repeat_event(self, action: str, times: int | None = 1) -> None:
        """Apply the call, deliver its event twice."""
        self._fault(action, times, None, effect="two-events")

    def _fault(self, action: str, times: int | None, resource: str | None, **fault: Any) -> None:  # noqa: ANN401
        self._control("fault", {"action": action, "times": times, "resource": resource, **fault})

    def reset(self) -> None:
        """Clear every fault and the settling time."""
        self._control("reset", {})

    def settle(self, seconds: float | None) -> None:
        """Let new endpoints be `pending` for so long; None: until `available` says otherwise."""
        self._control("settle", {"seconds": seconds})

    def available(self, endpoint_id: str, account: str = "") -> None:
        """Make a pending endpoint, or one that waits for acceptance, available; it may be another account's."""
        self._control("endpoint", {"endpoint_id": endpoint_id, "members": {"State": "available"}, "account": account})

    def endpoint(self, endpoint_id: str, **members: Any) -> None:  # noqa: ANN401 -- members of VpcEndpoint
        """Set members of an endpoint's description: State, RequesterManaged, VpcEndpointType, Tags... None unsets."""
        self._control("endpoint", {"endpoint_id": endpoint_id, "members": members})

    def subnet(self, subnet_id: str, *, free: int) -> None:
        """Set the number of free addresses of a subnet."""
        self._control("subnet", {"subnet_id": subnet_id, "free": free})

    def service(self, name: str, **members: Any) -> None:  # noqa: ANN401 -- members of ServiceDetail
        """Set members of a service, or make a new one: AvailabilityZoneIds, VpcEndpointPolicySupported, Owner...

        Of one that an account of this cloud provides, those of its configuration too: ServiceState...
        """
        self._control("service", {"name": name, "members": members})

    def fire(self, schedule: str) -> None:
        """Let a schedule of EventBridge Scheduler fire now."""
        self._control("fire", {"schedule": schedule})

    def confirm_subscriptions(self) -> None:
        """Confirm every SNS subscription that waits."""
        self._control("confirm", {})
