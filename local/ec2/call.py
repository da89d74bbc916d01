"""One EC2 call as it came over the wire (query protocol)."""

import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

SCOPE: Final = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
"""Access key, region and service in the Authorization header.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""
RESOURCE_ID: Final = re.compile(r"(vpce|vpc|subnet|sg|rtb|eni|igw|nat|acl|eipalloc|vpce-svc|pl|pcx)-[0-9a-f]{8,17}")


@dataclass(frozen=True, slots=True)
class Call:
    """Action, parameters and caller of one request."""

    action: str
    form: dict[str, str]
    """The flat parameters, as sent: `AddSubnetId.1` = `subnet-...`."""
    access_key: str
    region: str
    account: str
    user_agent: str
    source_ip: str
    headers: Mapping[str, str]
    body: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.time)

    @property
    def read_only(self) -> bool:
        """CloudTrail's `readOnly`: such calls change nothing and make no event here."""
        return self.action.startswith(("Describe", "Get", "List", "Search"))

    @property
    def dry_run(self) -> bool:
        """Ask only whether the call would be allowed."""
        return self.form.get("DryRun", "").lower() == "true"

    def named(self) -> tuple[str, ...]:
        """Return the ids of the resources named, each once, in the order of the parameters."""
        return tuple(dict.fromkeys(value for value in self.form.values() if RESOURCE_ID.fullmatch(value)))

    def request_tags(self) -> dict[str, str]:
        """Return the tags that the call would set (`TagSpecification.n.Tag.m.Key`, `Tag.n.Key`)."""
        keys = {
            name.removesuffix(".Key"): value for name, value in self.form.items() if re.search(r"Tag\.\d+\.Key$", name)
        }
        return {key: self.form.get(f"{name}.Value", "") for name, key in keys.items()}


def scope_of(headers: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Return access key, region and service of a signed request, None for an unsigned one."""
    found = SCOPE.search(headers.get("authorization", ""))
    return (found[1], found[2], found[3]) if found else None


def nested(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters as CloudTrail shows them: nested, a list's members tagged with their number.

    A list of one is an object, of several an array: seen in records of public projects, not documented.
    """
    tree: dict[str, Any] = {}
    for name, value in form.items():
        if name in {"Action", "Version"}:
            continue
        *path, last = name.split(".")
        here = tree
        for step in path:
            here = here.setdefault(step, {})
        here[last] = value
    folded = _fold(tree)
    return folded if isinstance(folded, dict) else {}


def _fold(node: Any) -> Any:  # noqa: ANN401 -- JSON
    if not isinstance(node, dict):
        return {"true": True, "false": False}.get(node, node)
    if not node or not all(name.isdigit() for name in node):
        return {name: _fold(value) for name, value in node.items()}
    members = [
        _member(int(number), _fold(value)) for number, value in sorted(node.items(), key=lambda item: int(item[0]))
    ]
    return members[0] if len(members) == 1 else members


def _member(tag: int, value: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"tag": tag, **value} if isinstance(value, dict) else {"tag": tag, "content": value}


def parsed(body: bytes) -> dict[str, str]:
    """Return the flat parameters of a form body."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
