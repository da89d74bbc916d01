"""What the policy engine makes of policies, and how long it takes: `judging.py SPEC`, a process of its own."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

from cli.policy_files import Case, cases_of, made
from warden.policy import tables
from warden.policy.document import MAX_CHARACTERS
from warden.policy.reach import Reach, reach_of

RUNS: Final = 5
"""Times that each policy is judged, of which the median counts."""
ALL: Final[Mapping[str, Any]] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def main() -> None:
    """Judge the labelled policies, then the hard ones; write the report."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    caches = _caches()
    report = {
        "cases": [_judged(case, caches) for case in cases_of(Path(spec["cases"]))],
        "hard": [_hard(name, text, caches) for name, text in hard()],
    }
    Path(spec["report"]).write_text(json.dumps(report), encoding="utf-8")


def _judged(case: Case, caches: list[Callable[[], None]]) -> dict[str, Any]:
    """Both answers, and the milliseconds for them with every cache empty, without and with the service's table."""
    runs = [_timed(case, caches) for _ in range(RUNS)]
    alone, whole = (statistics.median(times) for times in zip(*runs, strict=True))
    return {"id": case.id, "ms": alone, "with_table": whole, **_answers(reach_of(case.text, case.context))}


def _timed(case: Case, caches: list[Callable[[], None]]) -> tuple[float, float]:
    _empty(caches)
    case.context.__dict__.pop("beginnings", None)
    start = time.perf_counter()
    tables.service(case.context.service.prefix)
    read = time.perf_counter()
    reach_of(case.text, case.context)
    end = time.perf_counter()
    return (end - read) * 1e3, (end - start) * 1e3


def _answers(found: Reach) -> dict[str, Any]:
    answers = (("external_principals", found.identities), ("external_resources", found.resources))
    return {name: answer.verdict.value for name, answer in answers} | {"valid": found.invalid is None}


def _hard(name: str, text: str, caches: list[Callable[[], None]]) -> dict[str, Any]:
    context = made({"service_prefix": "s3", "account_id": "111122223333", "org_id": "o-a1b2c3d4e5"}, name)
    _empty(caches)
    start = time.perf_counter()
    found = reach_of(text, context)
    return {"name": name, "seconds": time.perf_counter() - start, "characters": len(text), **_answers(found)}


def hard() -> Iterator[tuple[str, str]]:
    """Policies as long as EC2 takes them, of wildcards that overlap: they end with an answer, or with unknown."""
    one = _wildcards(Random(5))
    yield "callers", _filled(lambda some: [{**ALL, **_on("StringLike", some)}], one)
    yield "callers, each denied", _filled(lambda some: [ALL, *(_denied("StringNotLike", word) for word in some)], one)
    yield "resources", _filled(lambda some: [{**ALL, "Resource": [f"arn:aws:s3:::{word}" for word in some]}], one)
    others = {"Effect": "Deny", "Principal": "*", "Action": "*"}
    yield (
        "all but resources",
        _filled(lambda some: [ALL, others | {"NotResource": [f"arn:aws:s3:::{word}" for word in some]}], one),
    )
    yield "keys", _filled(lambda some: [{**ALL, "Condition": {"StringLike": _keys(some)}}], one)


def _wildcards(random: Random) -> Iterator[str]:
    while True:
        first, second = ("".join(random.choices("abcdef", k=6)) for _ in range(2))
        yield f"*{first}*{second}*"


def _on(operator: str, values: object) -> Mapping[str, Any]:
    return {"Condition": {operator: {"aws:PrincipalArn": values}}}


def _denied(operator: str, word: str) -> Mapping[str, Any]:
    return {**ALL, "Effect": "Deny", **_on(operator, word)}


def _keys(words: list[str]) -> dict[str, str]:
    return {f"aws:RequestTag/k{place}": word for place, word in enumerate(words)}


def _filled(make: Callable[[list[str]], list[Mapping[str, Any]]], words: Iterator[str]) -> str:
    """The longest policy of such statements that is allowed."""
    some: list[str] = []
    text = ""
    while True:
        some.append(next(words))
        longer = json.dumps({"Version": "2012-10-17", "Statement": make(some)}, separators=(",", ":"))
        if len(longer) > MAX_CHARACTERS:
            return text
        text = longer


def _caches() -> list[Callable[[], None]]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("warden.policy")]
    things = [thing for module in modules for thing in vars(module).values()]
    return [thing.cache_clear for thing in things if hasattr(thing, "cache_clear")]


def _empty(caches: list[Callable[[], None]]) -> None:
    for clear in caches:
        clear()


if __name__ == "__main__":
    main()
