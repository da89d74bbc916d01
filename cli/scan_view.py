"""A scan for people: a table and the findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from warden.model import Finding, Verdict
from warden.patch import patch_of
from warden.plain import labelled, sentence
from warden.policy.services import short_name
from warden.rules import RULES

from .scanned import COMPLIANT, Scan, Seen
from .screen import STYLES, Screen, clean

WIDE: Final = 128
"""Columns from which on each fact has a column of its own; on narrower terminals they stand below one another."""


def show(screen: Screen, scan: Scan, *, everything: bool) -> None:
    """Show the scan; `everything` takes in the compliant endpoints."""
    shown = [one for one in scan.seen if everything or not one.compliant]
    screen.note(f"Judged by {scan.standard}.")
    if screen.is_terminal:
        _table(screen, shown, regions=len(scan.regions) > 1, everything=everything)
        for one in shown:
            _findings(screen, one, everything=everything)
        off = _off(shown) if everything else []
        if off:
            screen.note(f"Off by the standard: {', '.join(off)}.")
    else:
        for row in _rows(shown, everything=everything):
            screen.row(*row)
    for blind in scan.blind:
        screen.trouble(f"{blind.region} could not be looked at: {blind.what}", blind.do)
    screen.note(summary(scan), style="bold")
    if len(shown) < len(scan.seen):
        screen.note("Compliant endpoints are shown with --all.")


def summary(scan: Scan) -> str:
    """Say in two sentences how it stands; what could not be judged is never left out."""
    count = len(scan.seen)
    where = ", ".join(scan.regions) if len(scan.regions) <= 4 else f"{len(scan.regions)} regions"  # noqa: PLR2004  a line
    if not count:
        return f"Account {scan.account} has no endpoint in {where}{' that could be seen' if scan.blind else ''}."
    verdicts = ", ".join(f"{scan.verdicts[verdict]} {verdict.value}" for verdict in Verdict if scan.verdicts[verdict])
    noun = "endpoint" if count == 1 else "endpoints"
    return f"{scan.compliant} of {count} {noun} compliant in account {scan.account}, {where}. Verdicts: {verdicts}."


def _table(screen: Screen, shown: Sequence[Seen], *, regions: bool, everything: bool) -> None:
    if not shown:
        return
    wide = screen.out.width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_lines=False)
    for title in ("Endpoint", "Type", "Service", "VPC", "Zones") if wide else ("Endpoint", "Service"):
        table.add_column(title, no_wrap=title in {"Endpoint", "VPC"}, overflow="fold")
    table.add_column("Verdicts", no_wrap=True)
    for one in shown:
        verdicts = _verdicts(one, everything=everything)
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


def _verdicts(one: Seen, *, everything: bool) -> Text:
    """A line for each rule that has something to tell, or for each that is on; "compliant" where none has."""
    lines = [
        Text.assemble((finding.verdict.value, STYLES.get(finding.verdict.value, "dim")), f" {finding.rule}")
        for finding in _told(one, everything=everything)
    ]
    return Text("\n").join(lines) if lines else Text("compliant", style=STYLES["PASS"])


def _off(shown: Sequence[Seen]) -> list[str]:
    """The rules that judged none of these; all judge each whose type is known."""
    findings = [finding for one in shown for finding in one.findings if finding.verdict is not Verdict.UNSUPPORTED]
    judged = {finding.rule for finding in findings}
    return [rule.id for rule in RULES if judged and rule.id not in judged]


def _findings(screen: Screen, one: Seen, *, everything: bool) -> None:
    endpoint = one.judged.seen.endpoint
    for finding in _told(one, everything=everything):
        severity = f" {finding.severity.name.lower()}" if finding.verdict is Verdict.BREACH else ""
        code = f" ({finding.code})" if finding.code else ""
        screen.head(finding.verdict.value, f"{endpoint.key.id} {_service(one)}: {finding.rule}{code}{severity}")
        for line in (sentence(finding.message), *do(finding, one.held)):
            if line:
                screen.say(line, indent=4)
        if patch_of(endpoint, finding, one.tool):
            screen.say(f"`warden plan {endpoint.key.id}` shows what to change in its code.", indent=4)
    if any(finding.verdict not in COMPLIANT for finding in one.findings):
        screen.say()


def _rows(shown: Iterable[Seen], *, everything: bool) -> Iterator[tuple[str, ...]]:
    """The fields of one line for each finding."""
    for one in shown:
        endpoint = one.judged.seen.endpoint
        place = (endpoint.key.region, endpoint.key.id, endpoint.type_name, _service(one), endpoint.vpc_id)
        for finding in _told(one, everything=everything):
            yield (*place, finding.rule, finding.verdict.value, finding.code, finding.message)


def _told(one: Seen, *, everything: bool) -> Iterator[Finding]:
    return (finding for finding in one.findings if everything or finding.verdict not in COMPLIANT)


def do(finding: Finding, held: str) -> list[str]:
    """What would mend the finding, and why that is never done where it is so; or what a person should do."""
    if not finding.fix:
        return [sentence(finding.advice)]
    fix = labelled("Without that it would" if held else "Would do", str(finding.fix))
    return [labelled("Held back", held), fix, sentence(finding.advice)]


def _service(one: Seen) -> str:
    endpoint = one.judged.seen.endpoint
    return short_name(endpoint.service_name, endpoint.service_region or endpoint.key.region) or "-"
