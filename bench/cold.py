"""A cold start in instructions, against plain boto3 with the same clients making the same calls.

What the bare interpreter costs is taken off both, so that it hides nothing. Both are measured without TLS, where the
difference weighs most, and with it, which is what happens in AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from . import draw, events
from .cachegrind import Counted, Run, available, instructions
from .estate import ACCOUNT, REGION, endpoint_id, service_name
from .figures import Figure
from .processes import Measured, Replay
from .tls import certify

MOST: Final = 1.15
WARM: Final = (3, 13)
"""How many events the two runs handle whose difference is what a warm event costs."""
GROUP: Final = "cold start"
NO_VALGRIND: Final = "valgrind is not installed (apt install valgrind)"
LIMITED: Final = ("cold start, no TLS, against boto3", "cold start, TLS, against boto3")


def measure(measured: Measured) -> list[Figure]:
    """Count a cold start's instructions, or say why not."""
    if not available():
        return [Figure(GROUP, name, None, "x", most=MOST, why=NO_VALGRIND) for name in LIMITED]
    with Replay() as replay:
        told = measured.told("handler.py", {"until": "events", "batches": _batches()}, replay)
    runs = _runs(told["batches"][0]["clients"])
    plain = instructions(measured, {"nothing": ("nothing.py", {}), **runs})
    with TemporaryDirectory() as folder:
        served, bundle = certify(Path(folder))
        wanted = {name: runs[name] for name in ("warden 1", "boto3 1")}
        secure = instructions(Measured(measured.code, bundle), wanted, "--tls", str(served), tls=True)
    return [partner(plain), *_starts(plain, secure), *_parts(plain)]


def partner(plain: Mapping[str, Counted]) -> Figure:
    """Whether the partner is one: a call that only one of the two makes would be a ratio of different things."""
    others = {
        f"{count} event{'s' if count > 1 else ''}: {name}"
        for count in (1, *WARM)
        for name, _ in plain[f"warden {count}"].calls.items() ^ plain[f"boto3 {count}"].calls.items()
    }
    return Figure(GROUP, "calls not made alike by both", len(others), exactly=0, why=", ".join(sorted(others)))


def _starts(plain: Mapping[str, Counted], secure: Mapping[str, Counted]) -> list[Figure]:
    """A whole cold start, without TLS and with it, and the import alone; against boto3's."""
    import_name = "import alone, against boto3"
    return [
        _ratio(LIMITED[0], plain["warden 1"], plain["boto3 1"], plain["nothing"], MOST),
        _ratio(LIMITED[1], secure["warden 1"], secure["boto3 1"], plain["nothing"], MOST),
        _ratio(import_name, plain["warden import"], plain["boto3 import"], plain["nothing"]),
    ]


def _ratio(name: str, own: Counted, boto3: Counted, nothing: Counted, most: float | None = None) -> Figure:
    ours, theirs = own.million - nothing.million, boto3.million - nothing.million
    return Figure(GROUP, name, ours / theirs, "x", most, why=f"{ours:,.0f} to {theirs:,.0f} million instructions")


def _parts(plain: Mapping[str, Counted]) -> list[Figure]:
    """What follows the import, step by step."""
    spent = {name: counted.million for name, counted in plain.items()}
    few, many = WARM
    warm, boto3 = ((spent[f"{who} {many}"] - spent[f"{who} {few}"]) / (many - few) for who in ("warden", "boto3"))
    why = f"{warm:,.1f} to {boto3:,.1f} million"
    return [
        Figure(GROUP, "clients and standard", spent["warden clients"] - spent["warden import"], "million"),
        Figure(GROUP, "first event", spent["warden 1"] - spent["warden clients"], "million"),
        Figure(GROUP, "one more event, against boto3", warm / boto3, "x", why=why),
    ]


def _batches() -> list[events.Batch]:
    return [events.burst([endpoint_id(draw.COMPLIANT[0])])]


def _runs(services: list[str]) -> dict[str, Run]:
    """What is run, by name; `services` are those of which on_change made a client, so that its partner does too."""
    batches, calls = _batches(), _calls(endpoint_id(draw.COMPLIANT[0]))
    warm = [calls[0], calls[2]]
    handler: dict[str, Any] = {"until": "events", "batches": batches}
    boto3: dict[str, Any] = {"until": "events", "services": services, "events": [calls]}
    runs: dict[str, Run] = {
        "warden import": ("handler.py", {**handler, "until": "import"}),
        "warden clients": ("handler.py", {**handler, "until": "clients"}),
        "boto3 import": ("plain.py", {**boto3, "until": "import"}),
    }
    for count in (1, *WARM):
        runs[f"warden {count}"] = ("handler.py", {**handler, "batches": batches * count})
        runs[f"boto3 {count}"] = ("plain.py", {**boto3, "events": [calls, *[warm] * (count - 1)]})
    return runs


def _calls(one: str) -> list[tuple[str, str, dict[str, object]]]:
    """The calls that on_change makes for its first event, a new endpoint that keeps the standard."""
    key = {"pk": {"S": f"endpoint#{ACCOUNT}#{REGION}"}, "sk": {"S": one}}
    known: dict[str, object] = {
        "TableName": "ledger",
        "Key": key,
        "UpdateExpression": "SET creator_known = :known",
        "ExpressionAttributeValues": {":known": {"BOOL": True}},
    }
    wanted: dict[str, object] = {"Filters": [{"Name": "vpc-endpoint-id", "Values": [one]}], "MaxResults": 1_000}
    return [
        ("dynamodb", "batch_get_item", {"RequestItems": {"ledger": {"Keys": [key], "ConsistentRead": True}}}),
        ("dynamodb", "update_item", known),
        ("ec2", "describe_vpc_endpoints", wanted),
        ("ec2", "describe_vpc_endpoint_services", {"ServiceNames": [service_name("kms")]}),
    ]
