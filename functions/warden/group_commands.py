"""Commands that take away or give what a security group lets in; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .admitted import ANY_PORT, Admission
from .ec2_commands import ec2
from .neighbours import Permission
from .ranges import family

Json = Mapping[str, object]
PORT: Final = "PORT"
"""Stands for a port that is not known."""


def revoking(region: str, found: Iterable[Admission]) -> tuple[str, ...]:
    """The commands that take these permissions away."""
    return tuple(dict.fromkeys(_call("revoke", region, one.group_id, [_as_json(one.permission)]) for one in found))


def granting(region: str, group_id: str, wanted: Iterable[Permission]) -> str:
    """The command that lets all this in; PORT stands for a port that is not known."""
    return _call("authorize", region, group_id, [_as_json(one) | _unknown(one) for one in wanted])


def _call(verb: str, region: str, group_id: str, permissions: Sequence[Json]) -> str:
    # Without quotes: a number is to be written there, and the AWS CLI refuses "443".
    wanted = json.dumps(permissions, separators=(",", ":")).replace(json.dumps(PORT), PORT)
    return ec2(f"{verb}-security-group-ingress", region, "--group-id", group_id, "--ip-permissions", wanted)


def _as_json(permission: Permission) -> dict[str, object]:
    ports = {} if permission.first_port is None else {"FromPort": permission.first_port, "ToPort": permission.last_port}
    accounts = dict(permission.accounts)
    others = {
        "PrefixListIds": [{"PrefixListId": name} for name in permission.prefix_lists],
        "UserIdGroupPairs": [
            {"GroupId": name} | ({"UserId": accounts[name]} if name in accounts else {}) for name in permission.groups
        ],
    }
    named = {key: value for key, value in others.items() if value}
    return {"IpProtocol": permission.protocol, **ports, **_ranges(permission.ranges), **named}


def _unknown(permission: Permission) -> dict[str, object]:
    """What a person must fill in, where every port would be let in otherwise."""
    unknown = (permission.first_port, permission.last_port) == ANY_PORT
    return {"FromPort": PORT, "ToPort": PORT} if unknown else {}


def _ranges(blocks: Sequence[str]) -> dict[str, object]:
    made = {
        "IpRanges": [{"CidrIp": block} for block in blocks if family(block) == 4],  # noqa: PLR2004  IPv4
        "Ipv6Ranges": [{"CidrIpv6": block} for block in blocks if family(block) == 6],  # noqa: PLR2004  IPv6
    }
    return {key: value for key, value in made.items() if value}
