"""A sweep of a big account: its verdicts against the oracle, its requests, its memory, and its CPU against boto3's."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import draw, events, oracle
from .figures import Figure
from .processes import Measured, Replay
from .staged import baselines

ENDPOINTS: Final = 10_000
PAGE: Final = 1_000
MOST_MB: Final = 200
TIMED: Final = 2_000
"""Endpoints of the account on which CPU is compared: the ratio is the same as for more, and is sooner there."""
LOOKS: Final = 100
"""Messages of one batch."""
PAIRS: Final = 9
"""Pairs of runs whose CPU is compared, in the order A B B A, so that a drift of the machine falls on both."""
GROUP: Final = "sweep"


def measure(measured: Measured, count: int = ENDPOINTS, pairs: int = PAIRS) -> list[Figure]:
    """Correctness first, then requests and memory, then time (none with `pairs` 0)."""
    accepted = baselines(measured.code)
    news = oracle.news(draw.big(count), accepted)
    with Replay("--endpoints", str(count)) as replay:
        wrong = _wrong(measured, replay, count, accepted)
        first = _sweep(measured, replay)
        _tell(measured, replay, first["sent"])
        later = _sweep(measured, replay)
    asked = [json.loads(body)["endpoint_id"] for body in first["sent"]]
    return [
        Figure(GROUP, f"endpoints of {count:,} judged otherwise than by the oracle", wrong, exactly=0),
        *_requests("first sweep", first, count),
        Figure(GROUP, "first sweep: looks asked for", len(asked), exactly=len(news)),
        Figure(GROUP, "first sweep: looks asked for amiss", len(news.symmetric_difference(asked)), exactly=0),
        *_requests("next sweep", later, count),
        Figure(GROUP, "next sweep: looks asked for", len(later["sent"]), exactly=0),
        *([_cpu(measured, pairs)] if pairs else []),
    ]


def _sweep(measured: Measured, replay: Replay) -> dict[str, Any]:
    """One sweep in a process of its own, in mode notify."""
    told = measured.told("handler.py", _spec(), replay, "notify")
    return {**told["batches"][0], "peak": told["peak"]}


def _tell(measured: Measured, replay: Replay, looks: Sequence[str]) -> None:
    """Take the looks that a sweep asked for, after which people know everything and the ledger remembers it."""
    last = [events.at_last(look) for look in looks]
    batches = [events.batch(*last[start : start + LOOKS]) for start in range(0, len(last), LOOKS)]
    measured.told("handler.py", {"until": "events", "batches": batches}, replay, "notify")


def _wrong(measured: Measured, replay: Replay, count: int, accepted: frozenset[str]) -> int:
    """How many endpoints have another verdict, code or fix than the oracle says."""
    found = measured.told("verdicts.py", {}, replay)
    estate = draw.big(count)
    wanted = {
        endpoint.id: {
            rule: [right.verdict, right.code, right.fixable]
            for rule, right in oracle.expected(estate, endpoint, accepted).items()
        }
        for endpoint in estate.endpoints.values()
    }
    return sum(found.get(name) != wanted.get(name) for name in wanted.keys() | found.keys())


def _requests(which: str, told: Mapping[str, Any], count: int) -> list[Figure]:
    calls = dict(told["calls"])
    pages, writes = calls.pop("ec2:DescribeVpcEndpoints", 0), calls.pop("ec2:ModifyVpcEndpoint", 0)
    others = ", ".join(f"{number} {name}" for name, number in sorted(calls.items()))
    return [
        Figure(GROUP, f"{which}: DescribeVpcEndpoints", pages, exactly=-(-count // PAGE), why=f"besides: {others}"),
        Figure(GROUP, f"{which}: ModifyVpcEndpoint", writes, exactly=0),
        Figure(GROUP, f"{which}: notices", calls.get("sns:Publish", 0), exactly=0),
        Figure(GROUP, f"{which}: peak memory", told["peak"], "MB", most=MOST_MB),
    ]


def _cpu(measured: Measured, pairs: int) -> Figure:
    """CPU of a sweep that finds nothing new to CPU of stock boto3 reading the same pages and judging nothing."""
    boto3 = {"until": "events", "services": ["ec2"], "batches": [None]}
    ratios = []
    with Replay("--endpoints", str(TIMED)) as replay:
        _tell(measured, replay, _sweep(measured, replay)["sent"])
        for place in range(pairs):
            spent: dict[str, float] = {}
            for who in ("warden", "boto3") if place % 2 else ("boto3", "warden"):
                script, spec = ("handler.py", _spec()) if who == "warden" else ("plain.py", boto3)
                spent[who] = measured.told(script, spec, replay, "notify")["batches"][0]["cpu"]
            ratios.append(spent["warden"] / spent["boto3"])
    low, high = interval(ratios)
    why = f"{TIMED:,} endpoints; median of {pairs} pairs; 95 % between {low:.2f} and {high:.2f}"
    return Figure(GROUP, "CPU of a sweep, against boto3's pages alone", statistics.median(ratios), "x", why=why)


def interval(values: Sequence[float], draws: int = 2_000) -> tuple[float, float]:
    """Where the median lies with 95 % confidence, by drawing from the values again and again (bootstrap)."""
    chance = random.Random(1)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(draws))
    return medians[int(draws * 0.025)], medians[int(draws * 0.975)]


def _spec() -> dict[str, object]:
    return {"until": "events", "batches": [events.batch(events.sweep())]}
