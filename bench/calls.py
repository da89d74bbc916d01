"""Exact figures: how often each case calls each API, and what on_change loads. Equal on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import draw, events
from .estate import endpoint_id
from .figures import Figure
from .processes import Broken, Measured, Replay

UNWANTED: Final = ("aws_xray_sdk", "jinja2", "jsonschema", "pydantic", "slack_sdk", "yaml")
"""What must not be loaded in the path of an event: each would cost a cold start more than all of our own code."""
WRITES: Final = frozenset({"ec2:ModifyVpcEndpoint"})
NOTICES: Final = frozenset({"sns:Publish"})
GROUP: Final = "requests"


@dataclass(frozen=True, slots=True)
class Case:
    """One batch, and how many calls of EC2 it may make; `limited` is False where no limit was set."""

    name: str
    batch: events.Batch
    reads: int
    writes: int = 0
    notices: int = 0
    limited: bool = True


def sequences() -> tuple[tuple[Case, ...], ...]:
    """The cases; each sequence is a process of its own, so that its first one is a cold start."""
    compliant, more = (endpoint_id(number) for number in draw.COMPLIANT[:2])
    to_fix, tied = endpoint_id(draw.TO_FIX[0]), endpoint_id(draw.TIED[0])
    return (
        (
            Case("event of a failed call", events.batch(events.failed()), 0),
            Case("event of another service", events.batch(events.other()), 0),
        ),
        (
            Case("compliant endpoint, cold", events.burst([compliant]), 2),
            Case("compliant endpoint, warm", events.burst([more]), 1),
        ),
        (
            Case("endpoint to fix, cold", events.burst([to_fix]), 3, 1, 1),
            Case("the same endpoint again", events.burst([to_fix]), 1),
        ),
        (Case("endpoint to fix, subnets tie, cold", events.burst([tied]), 4, 1, 1, limited=False),),
        (
            Case("20 endpoints, compliant, cold", events.burst(map(endpoint_id, draw.COMPLIANT)), 6),
            Case("20 endpoints to fix, warm", events.burst(map(endpoint_id, draw.TO_FIX)), 6, 20, 20),
        ),
        (Case("20 endpoints to fix, subnets tie, cold", events.burst(map(endpoint_id, draw.TIED)), 6, 20, 20),),
    )


def measure(measured: Measured, chosen: Iterable[tuple[Case, ...]] | None = None) -> list[Figure]:
    """Run these cases, or all; each sequence against an account of its own, since fixes change it."""
    figures: list[Figure] = []
    for cases in sequences() if chosen is None else chosen:
        with Replay() as replay:
            spec = {"until": "events", "batches": [case.batch for case in cases]}
            told = measured.told("handler.py", spec, replay)
        for case, found in zip(cases, told["batches"], strict=True):
            figures += _of_case(case, found)
    return figures


def _of_case(case: Case, found: Mapping[str, Any]) -> list[Figure]:
    calls = found["calls"]
    reads = sum(count for name, count in calls.items() if name.startswith("ec2:") and name not in WRITES)
    limit = case.reads if case.limited else None
    others = {name: count for name, count in calls.items() if not name.startswith("ec2:")}
    if found["answer"]["batchItemFailures"]:
        raise Broken(f"{case.name}: messages must come again: {found['answer']}")
    figures = [
        Figure(GROUP, f"{case.name}: EC2 reads", reads, most=limit, why=_listed(others)),
        Figure(GROUP, f"{case.name}: EC2 writes", _sum(calls, WRITES), exactly=case.writes),
        Figure(GROUP, f"{case.name}: notices", _sum(calls, NOTICES), exactly=case.notices),
    ]
    if case.name == "compliant endpoint, cold":
        loaded = [name for name in UNWANTED if name in found["modules"]]
        figures += [
            Figure("loaded", "unwanted modules in a cold start", len(loaded), exactly=0, why=", ".join(loaded)),
            Figure(
                "loaded",
                "SSM clients before a write",
                found["clients"].count("ssm"),
                exactly=0,
                why=f"clients: {', '.join(found['clients'])}",
            ),
        ]
    return figures


def _sum(calls: Mapping[str, int], names: frozenset[str]) -> int:
    return sum(calls.get(name, 0) for name in names)


def _listed(calls: Mapping[str, int]) -> str:
    """The other calls, most first."""
    rows = sorted(calls.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {name}" for name, count in rows)
