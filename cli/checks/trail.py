"""The trail: without one that logs management writes in the region, EC2's changes make no event.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from warden.recording import Condition, selects

from .answer import Answer, cannot_tell, ok, problem
from .patient import Patient

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudtrail.type_defs import TrailTypeDef

EC2: Final = "ec2.amazonaws.com"
CALL: Final[Mapping[str, str]] = {"eventCategory": "Management", "readOnly": "false", "eventSource": EC2}
"""What a call that changes an endpoint looks like to a selector."""
MAKE_ONE: Final = (
    "Make one, or switch one on: a trail with management events, write or all, that covers this region "
    "(`aws cloudtrail create-trail --is-multi-region-trail ...`, `aws cloudtrail start-logging`). Until then only the "
    "sweep finds changes."
)


def trail(patient: Patient) -> Iterator[Answer]:
    """CloudTrail trail that logs management writes."""
    client = patient.session.client("cloudtrail", **patient.how)
    trails = client.describe_trails(includeShadowTrails=True)["trailList"]
    if not trails:
        yield problem(f"no CloudTrail trail covers {patient.region}", MAKE_ONE)
        return
    verdicts = [(one.get("Name", "?"), _why_not(patient, client, one)) for one in trails]
    good = [name for name, why in verdicts if why == ""]
    if good:
        yield ok(f"the trail {', '.join(good)} logs management writes of EC2 in {patient.region}")
    elif any(why is None for _, why in verdicts):
        names = ", ".join(name for name, why in verdicts if why is None)
        do = "Ask the organisation's management account whether it logs management writes of EC2."
        yield cannot_tell(f"the trail {names} does not show its selectors to this account", do)
    else:
        why = "; ".join(f"{name} {why}" for name, why in verdicts)
        yield problem(f"no trail logs management writes of EC2 in {patient.region}: {why}", MAKE_ONE)


def _why_not(patient: Patient, here: CloudTrailClient, found: TrailTypeDef) -> str | None:
    """Why this trail does not log our calls; "" where it does, None where it cannot be told.

    A trail is asked in its home region, since others hold but its shadow.
    """
    arn, home = found["TrailARN"], found.get("HomeRegion", patient.region)
    client = here if home == patient.region else patient.session.client("cloudtrail", **patient.in_region(home))
    try:
        if not client.get_trail_status(Name=arn)["IsLogging"]:
            return "is switched off"
        answer = client.get_event_selectors(TrailName=arn)
    except ClientError:
        return None
    if any(_basic(selector) for selector in answer.get("EventSelectors", ())):
        return ""
    selectors = (one.get("FieldSelectors", ()) for one in answer.get("AdvancedEventSelectors", ()))
    verdicts = [selects(CALL, map(Condition.read, fields)) for fields in selectors]
    if any(verdicts):
        return ""
    return None if None in verdicts else "does not select them"


def _basic(selector: Mapping[str, Any]) -> bool:
    """Whether a basic event selector takes management writes of EC2."""
    return (
        bool(selector.get("IncludeManagementEvents"))
        and selector.get("ReadWriteType") in {"All", "WriteOnly"}
        and EC2 not in selector.get("ExcludeManagementEventSources", ())
    )
