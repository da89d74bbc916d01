"""Write functions/models/ anew: AWS's own descriptions of the APIs that on_change calls, cut to those calls.

`python -m tools.models` (`make data`). botocore reads a service's whole description to make a client, and EC2's has
over 4 MB: cut to fifteen calls it has 50 kB, and a cold start costs a quarter less. What is cut out is other calls
and the documentation; where a file is not found here, botocore takes its own.
Source: the data of the botocore that requirements/dev.txt pins (Apache-2.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from botocore.loaders import Loader

FOLDER: Final = Path(__file__).parent.parent / "functions" / "models"
CALLS: Final[Mapping[str, frozenset[str]]] = {
    "cloudwatch": frozenset({"GetMetricData"}),
    "cloudtrail": frozenset({"DescribeTrails", "GetEventSelectors", "GetTrailStatus"}),
    "dynamodb": frozenset({"BatchGetItem", "DeleteItem", "Query", "TransactWriteItems", "UpdateItem"}),
    "ec2": frozenset(
        {
            "AcceptVpcEndpointConnections",
            "DescribeNetworkInterfaces",
            "DescribeRouteTables",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcAttribute",
            "DescribeVpcEndpointConnectionNotifications",
            "DescribeVpcEndpointConnections",
            "DescribeVpcEndpointServiceConfigurations",
            "DescribeVpcEndpointServicePermissions",
            "DescribeVpcEndpointServices",
            "DescribeVpcEndpoints",
            "DescribeVpcs",
            "GetManagedPrefixListEntries",
            "ModifyVpcEndpoint",
        }
    ),
    "elbv2": frozenset({"DescribeLoadBalancers"}),
    "route53": frozenset({"ListHostedZonesByVPC"}),
    "sns": frozenset({"Publish"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch"}),
}
"""The calls of the clients that the function makes, by botocore's name of the service."""


def files() -> dict[Path, str]:
    """Every file of the folder, by its path there."""
    loader = Loader()
    found = {}
    for service, calls in CALLS.items():
        version = loader.determine_latest_version(service, "service-2")
        model = loader.load_service_model(service, "service-2", version)
        found[Path(service) / version / "service-2.json"] = json.dumps(cut(model, calls), separators=(",", ":")) + "\n"
    return found


def cut(model: Mapping[str, Any], calls: Iterable[str]) -> dict[str, Any]:
    """The description of these calls alone: their shapes, and no documentation."""
    operations = {name: model["operations"][name] for name in sorted(calls)}
    shapes = {name: model["shapes"][name] for name in sorted(_reached(model["shapes"], operations))}
    bare: dict[str, Any] = _bare({**model, "operations": operations, "shapes": shapes})
    return bare


def _reached(shapes: Mapping[str, Any], operations: Mapping[str, Any]) -> set[str]:
    """The names of all shapes that the operations speak of, directly or not."""
    todo = set(_named(operations))
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        reached.add(name)
        todo |= set(_named(shapes[name])) - reached
    return reached


def _named(item: object) -> Iterator[str]:
    if isinstance(item, Mapping):
        if isinstance(item.get("shape"), str):
            yield item["shape"]
        for inner in item.values():
            yield from _named(inner)
    elif isinstance(item, list):
        for inner in item:
            yield from _named(inner)


def _bare(item: Any) -> Any:  # noqa: ANN401  JSON
    """The same without documentation; a member may bear that name, but is no text then."""
    if isinstance(item, Mapping):
        return {
            key: _bare(value) for key, value in item.items() if key != "documentation" or not isinstance(value, str)
        }
    if isinstance(item, list):
        return [_bare(inner) for inner in item]
    return item


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
