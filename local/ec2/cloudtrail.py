"""The event that CloudTrail delivers for an EC2 call.

Shapes: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
and records of public projects (`requestParameters.CreateVpcEndpointRequest...`).
"""

import uuid
from datetime import UTC, datetime
from typing import Any, Final

import botocore.model
import botocore.parsers
import botocore.session
from ministack.core import iam_evaluator as iam
from ministack.services import iam as iam_service

from local.ec2.call import Call, nested

MODEL: Final = botocore.session.get_session().get_service_model("ec2")
ACTIONS: Final = frozenset(MODEL.operation_names)
XMLNS: Final = "http://ec2.amazonaws.com/doc/2016-11-15/"


def user_identity(access_key: str, account: str) -> dict[str, Any]:
    """Return who called, from the credentials; a role's session has the role as its sessionIssuer."""
    credential = iam.resolve_credential(access_key, account)
    if isinstance(credential, iam.CredentialResolutionError):
        return {"type": "Unknown", "accountId": account, "accessKeyId": access_key}
    identity: dict[str, Any] = {
        "type": {"User": "IAMUser"}.get(credential.principal_type, credential.principal_type),
        "principalId": credential.principal_id,
        "arn": credential.principal_arn,
        "accountId": credential.account_id,
        "accessKeyId": access_key,
    }
    if credential.principal_type == "User":
        identity["userName"] = credential.principal_name
    if credential.principal_type == "AssumedRole":
        identity["sessionContext"] = _session(credential.principal_arn, credential.account_id)
    return identity


def callers(call: Call) -> frozenset[str]:
    """Return the ARNs that name who called: the user, the root of the account, the session and its role."""
    identity = user_identity(call.access_key, call.account)
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return frozenset(one["arn"] for one in (identity, issuer) if "arn" in one)


def _session(session_arn: str, account: str) -> dict[str, Any]:
    """Return the context of a role's session: `arn:aws:sts::<account>:assumed-role/<role>/<session>`."""
    name = session_arn.split("/")[1]
    role = iam_service._roles.get_scoped(account, None, name) or {}  # noqa: SLF001 -- no other way in
    issuer = {
        "type": "Role",
        "principalId": role.get("RoleId", ""),
        "arn": role.get("Arn", f"arn:aws:iam::{account}:role/{name}"),
        "accountId": account,
        "userName": name,
    }
    return {"sessionIssuer": issuer, "attributes": {"creationDate": _now(), "mfaAuthenticated": "false"}}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _on_the_wire(shape: Any, value: Any) -> Any:  # noqa: ANN401 -- botocore's shapes, JSON
    """Return an answer with the names that it had in XML, which are those that CloudTrail shows."""
    if isinstance(value, dict) and shape.type_name == "structure":
        return {
            member.serialization.get("name", name[:1].lower() + name[1:]): _on_the_wire(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) not in (None, [])
        }
    if isinstance(value, list):
        items = [_on_the_wire(shape.member, item) for item in value]
        return {"item": items[0] if len(items) == 1 else items}
    return value.isoformat() if isinstance(value, datetime) else value


def _response(call: Call, status: int, body: bytes) -> dict[str, Any]:
    """Return `responseElements`, or the error of a failed call."""
    shape: Any = MODEL.operation_model(call.action).output_shape
    parser = botocore.parsers.create_parser("ec2")
    parsed = parser.parse({"status_code": status, "headers": {}, "body": body}, shape)
    if status >= 300:  # noqa: PLR2004 -- HTTP
        error = parsed["Error"]
        code = f"{'Server' if status >= 500 else 'Client'}.{error['Code']}"  # noqa: PLR2004 -- HTTP
        return {"errorCode": code, "errorMessage": error.get("Message", ""), "responseElements": None}
    members = _on_the_wire(shape, parsed) if shape else {"_return": True}
    answer = {"xmlns": XMLNS, "requestId": call.request_id, **members}
    return {"responseElements": {f"{call.action}Response": answer}}


def detail(call: Call, status: int, body: bytes) -> dict[str, Any]:
    """Return the record of this call: the `detail` of its event."""
    return {
        "eventVersion": "1.11",
        "userIdentity": user_identity(call.access_key, call.account),
        "eventTime": _now(),
        "eventSource": "ec2.amazonaws.com",
        "eventName": call.action,
        "awsRegion": call.region,
        "sourceIPAddress": call.source_ip,
        "userAgent": call.user_agent,
        "requestParameters": {f"{call.action}Request": nested(call.form)},
        **_response(call, status, body),
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account,
        "eventCategory": "Management",
    }
