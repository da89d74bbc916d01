"""Connection notifications: kept and described; nothing is published to their topics here.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html
"""

from dataclasses import dataclass
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.utils import random_id

from local.ec2 import checks, paging
from local.ec2.provider import ProviderActions

EVENTS: Final = frozenset({"Accept", "Connect", "Delete", "Reject"})
FILTERS: Final[dict[str, paging.Read]] = {
    "connection-notification-arn": lambda facts: [facts["ConnectionNotificationArn"]],
    "connection-notification-id": lambda facts: [facts["ConnectionNotificationId"]],
    "connection-notification-state": lambda facts: [facts["ConnectionNotificationState"]],
    "connection-notification-type": lambda facts: [facts["ConnectionNotificationType"]],
    "service-id": lambda facts: [facts.get("ServiceId", "")],
    "vpc-endpoint-id": lambda facts: [facts.get("VpcEndpointId", "")],
}
"""The filters of the API model."""


@dataclass(slots=True)
class Notification:
    """Which events of a service, or of an endpoint, a topic hears of."""

    id: str
    of: dict[str, str]
    """`ServiceId` or `VpcEndpointId`."""
    topic_arn: str
    events: list[str]
    region: str
    client_token: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return the members of `ConnectionNotification`."""
        return {
            "ConnectionNotificationId": self.id,
            **self.of,
            "ConnectionNotificationType": "Topic",
            "ConnectionNotificationArn": self.topic_arn,
            "ConnectionEvents": list(self.events),
            "ConnectionNotificationState": "Enabled",
            "ServiceRegion": self.region,
        }


def of(backend: Any) -> dict[str, Notification]:  # noqa: ANN401 -- moto's backend
    """Return the notifications of an account and region, by id; moto has no place for them."""
    kept: dict[str, Notification] = vars(backend).setdefault("connection_notifications", {})
    return kept


class NotificationActions(ProviderActions):
    """Connection notifications."""

    def create_vpc_endpoint_connection_notification(self) -> ActionResult:
        """CreateVpcEndpointConnectionNotification, "for interface endpoints only"."""
        known, token = of(self.ec2_backend), self._get_param("ClientToken")
        made = self._made_before(known)
        if made is None:
            asked, topic = self._of(), self._get_param("ConnectionNotificationArn")
            made = Notification(random_id(prefix="vpce-nfn"), asked, topic, self._events(), self.region, token)
            known[made.id] = made
        return ActionResult({"ConnectionNotification": made.facts(), "ClientToken": token})

    def _of(self) -> dict[str, str]:
        """Return what is to be heard of, which must be there and of type Interface."""
        given = {name: value for name, value in self._given("ServiceId", "VpcEndpointId").items() if value}
        if len(given) != 1:
            raise checks.refuse("InvalidParameter", "Exactly one of ServiceId and VpcEndpointId must be specified")
        if "ServiceId" in given:
            kind = self._own(given["ServiceId"]).kind
        else:
            checks.known_ids(self.ec2_backend, [given["VpcEndpointId"]])
            kind = self.ec2_backend.vpc_end_points[given["VpcEndpointId"]].vpc_endpoint_type
        if kind != "Interface":
            raise checks.refuse("InvalidParameter", f"There are no connection notifications for type {kind}")
        return given

    def _events(self) -> list[str]:
        events: list[str] = self._get_param("ConnectionEvents", [])
        if not events or not EVENTS.issuperset(events):
            message = f"ConnectionEvents must be of {', '.join(sorted(EVENTS))}, not {', '.join(events) or 'none'}"
            raise checks.refuse("InvalidParameterValue", message)
        return events

    def describe_vpc_endpoint_connection_notifications(self) -> ActionResult:
        """DescribeVpcEndpointConnectionNotifications; an unknown id is an error."""
        known, notification_id = of(self.ec2_backend), self._get_param("ConnectionNotificationId")
        found = [self._known(notification_id)] if notification_id else known.values()
        return self._listed("ConnectionNotificationSet", [one.facts() for one in found], FILTERS)

    def _known(self, notification_id: str) -> Notification:
        found = of(self.ec2_backend).get(notification_id)
        if found is None:
            # The code that Terraform's provider waits for; EC2's list has none.
            raise checks.refuse("InvalidConnectionNotification", f"'{notification_id}' does not exist")
        return found

    def modify_vpc_endpoint_connection_notification(self) -> ActionResult:
        """ModifyVpcEndpointConnectionNotification: the topic, or the events."""
        one = self._known(self._get_param("ConnectionNotificationId"))
        events = self._events() if self._get_param("ConnectionEvents") else one.events
        one.topic_arn, one.events = self._get_param("ConnectionNotificationArn") or one.topic_arn, events
        return ActionResult({"ReturnValue": True})

    def delete_vpc_endpoint_connection_notifications(self) -> ActionResult:
        """DeleteVpcEndpointConnectionNotifications: unknown ones are in `Unsuccessful`."""
        ids = self._get_param("ConnectionNotificationIds", [])
        known = of(self.ec2_backend)
        absent = [one for one in ids if known.pop(one, None) is None]
        code = "InvalidConnectionNotification"
        unsuccessful = [checks.unsuccessful(one, code, f"'{one}' does not exist") for one in absent]
        return ActionResult({"Unsuccessful": unsuccessful})
