"""Commands that take away or give what a security group lets in; pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence

from .admitted import ANY_PORT, Admission, Ports
from .neighbours import Permission
from .ranges import family

Json = Mapping[str, object]


def revoking(region: str, found: Iterable[Admission]) -> tuple[str, ...]:
    """The commands that take these permissions away."""
    return tuple(dict.fromkeys(_call("revoke", region, one.group_id, [_as_json(one.permission)]) for one in found))


def authorizing(region: str, group_id: str, blocks: Iterable[str], ports: Ports) -> str:
    """The command that lets these blocks in at these TCP ports; PORT stands for one that is not known."""
    ranges = tuple(blocks)
    known = [("PORT", "PORT")] if ANY_PORT in ports else ports
    return _call(
        "authorize",
        region,
        group_id,
        [{"IpProtocol": "tcp", "FromPort": first, "ToPort": last} | _ranges(ranges) for first, last in known],
    )


def widest(one: Admission, families: frozenset[int]) -> Admission:
    """The part of a permission that lets every address of these families in: whole families where it has some."""
    every = {block: (block,) for block in one.permission.ranges} | dict(one.lists)
    own = {name: [block for block in blocks if family(block) in families] for name, blocks in every.items()}
    whole = {name for name, blocks in own.items() if any(block.endswith("/0") for block in blocks)}
    kept = whole or {name for name, blocks in own.items() if blocks}
    narrowed = one.permission._replace(
        ranges=tuple(block for block in one.permission.ranges if block in kept),
        prefix_lists=tuple(name for name in one.permission.prefix_lists if name in kept),
        groups=(),
    )
    return one._replace(permission=narrowed)


def _call(verb: str, region: str, group_id: str, permissions: Sequence[Json]) -> str:
    words = ("aws", "ec2", f"{verb}-security-group-ingress", "--region", region, "--group-id", group_id)
    return shlex.join((*words, "--ip-permissions", json.dumps(permissions, separators=(",", ":"))))


def _as_json(permission: Permission) -> dict[str, object]:
    ports = {} if permission.first_port is None else {"FromPort": permission.first_port, "ToPort": permission.last_port}
    others = {
        "PrefixListIds": [{"PrefixListId": name} for name in permission.prefix_lists],
        "UserIdGroupPairs": [{"GroupId": name} for name in permission.groups],
    }
    named = {key: value for key, value in others.items() if value}
    return {"IpProtocol": permission.protocol, **ports, **_ranges(permission.ranges), **named}


def _ranges(blocks: Sequence[str]) -> dict[str, object]:
    made = {
        "IpRanges": [{"CidrIp": block} for block in blocks if family(block) == 4],  # noqa: PLR2004  IPv4
        "Ipv6Ranges": [{"CidrIpv6": block} for block in blocks if family(block) == 6],  # noqa: PLR2004  IPv6
    }
    return {key: value for key, value in made.items() if value}
