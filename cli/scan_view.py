"""A scan for people: a table and the findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from warden.model import Finding, Verdict
from warden.patch import patch_of
from warden.plain import labelled, sentence
from warden.policy.services import short_name
from warden.rules import RULES

from .found_view import View, show_findings, verdicts_of
from .scanned import Scan, Seen, is_compliant, told
from .screen import Screen, clean

WIDE: Final = 128
"""Columns from which on each fact has a column of its own; on narrower terminals they stand below one another."""


def _on_terminal(screen: Screen, scan: Scan[Seen], shown: Sequence[Seen], everything: bool) -> None:  # noqa: FBT001  of View
    _table(screen, shown, regions=len(scan.regions) > 1, everything=everything)
    for one in shown:
        name = f"{one.judged.seen.endpoint.key.id} {_service(one)}"
        show_findings(screen, one, name, partial(_do, one), everything=everything)
        if not is_compliant(one):
            screen.say()
    off = _off(shown) if everything else []
    if off:
        screen.note(f"Off by the standard: {', '.join(off)}.")


def _table(screen: Screen, shown: Sequence[Seen], *, regions: bool, everything: bool) -> None:
    if not shown:
        return
    wide = screen.out.width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_lines=False)
    for title in ("Endpoint", "Type", "Service", "VPC", "Zones") if wide else ("Endpoint", "Service"):
        table.add_column(title, no_wrap=title in {"Endpoint", "VPC"}, overflow="fold")
    table.add_column("Verdicts", no_wrap=True)
    for one in shown:
        verdicts = verdicts_of(told(one, everything=everything))
        table.add_row(*(_wide(one, regions) if wide else _narrow(one, regions)), verdicts)
        if not wide:
            table.add_row()
    screen.out.print(table)


def _wide(one: Seen, regions: bool) -> Iterator[Text]:  # noqa: FBT001  whether regions are told apart
    endpoint = one.judged.seen.endpoint
    yield _stacked(endpoint.key.id, endpoint.tags.get("Name", ""), endpoint.key.region if regions else "")
    yield _stacked(endpoint.type_name)
    yield _stacked(_service(one))
    yield _stacked(endpoint.vpc_id)
    yield _stacked(*one.zones)


def _narrow(one: Seen, regions: bool) -> Iterator[Text]:  # noqa: FBT001  the same
    endpoint = one.judged.seen.endpoint
    name, region = endpoint.tags.get("Name", ""), endpoint.key.region if regions else ""
    yield _stacked(endpoint.key.id, endpoint.vpc_id, name, region)
    yield _stacked(_service(one), endpoint.type_name, *one.zones)


def _stacked(*lines: str) -> Text:
    """One thing per line, the first one bright; what is not there takes none."""
    there = [clean(line) for line in lines if line]
    return Text.assemble("".join(there[:1]), ("".join(f"\n{line}" for line in there[1:]), "dim"))


def _off(shown: Sequence[Seen]) -> list[str]:
    """The rules that judged none of these; all judge each whose type is known."""
    findings = [finding for one in shown for finding in one.findings if finding.verdict is not Verdict.UNSUPPORTED]
    judged = {finding.rule for finding in findings}
    return [rule.id for rule in RULES if judged and rule.id not in judged]


def _place(one: Seen) -> tuple[str, ...]:
    endpoint = one.judged.seen.endpoint
    return (endpoint.key.region, endpoint.key.id, endpoint.type_name, _service(one), endpoint.vpc_id)


def _do(one: Seen, finding: Finding) -> Iterator[str]:
    """What to do about a finding of an endpoint, and where to see what to change in code."""
    endpoint = one.judged.seen.endpoint
    yield from do(finding, one.held)
    if patch_of(endpoint, finding, one.tool):
        yield f"`warden plan {endpoint.key.id}` shows what to change in code."


def do(finding: Finding, held: str) -> list[str]:
    """What would mend the finding, and why that is never done where it is so; or what a person should do."""
    if not finding.fix:
        return [sentence(finding.advice)]
    fix = labelled("Without that it would" if held else "Would do", str(finding.fix))
    return [labelled("Held back", held), fix, sentence(finding.advice)]


def _service(one: Seen) -> str:
    endpoint = one.judged.seen.endpoint
    return short_name(endpoint.service_name, endpoint.home) or "-"


VIEW: Final[View[Seen]] = View(
    noun="endpoint", short="endpoints", none="has no endpoint", place=_place, on_terminal=_on_terminal
)
