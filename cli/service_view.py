"""Endpoint services for people: a table and the findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final, TypeAlias

from rich import box
from rich.table import Table
from rich.text import Text

from warden.accepting import decide_service
from warden.command import as_command
from warden.decide import Gates
from warden.model import Finding, Mode
from warden.plain import labelled
from warden.subject_watch import JudgedSubject
from warden.subjects import ServicePart, ServiceSeen

from .found_view import View, show_findings, verdicts_of
from .scanned import Scan, is_compliant, told
from .screen import Screen, clean

Judged: TypeAlias = JudgedSubject[ServiceSeen]


def _place(one: Judged) -> tuple[str, ...]:
    service = one.seen
    return (service.key.region, service.key.id, service.type_name, service.name, service.state)


def _on_terminal(screen: Screen, scan: Scan[Judged], shown: Sequence[Judged], everything: bool) -> None:  # noqa: FBT001  of View
    _table(screen, shown, everything=everything)
    for one in shown:
        also = partial(_fix, screen, one, scan.standard)
        show_findings(screen, one, one.subject.key.id, everything=everything, also=also)
        if not is_compliant(one):
            screen.say()


def _fix(screen: Screen, one: Judged, source: str, finding: Finding) -> None:
    """What a stack in mode enforce would do by this standard, or why it would not; and the command."""
    if finding.fix is None:
        return
    gates = Gates(ceiling=Mode.ENFORCE, ceiling_name="the stack", standard_name=source, now=one.seen.at)
    left = (result for result in decide_service(one.seen, (finding,), gates).results)
    why = next((result.why for result in left), "")
    screen.say(f"{'TO DO' if why else 'WOULD DO'}  {finding.fix}", indent=4, style="bold")
    by_stack = "A stack in mode enforce does it, unless its kill switch or its journal stands in the way."
    screen.say(labelled("Not by Endpoint Warden", why) or by_stack, indent=6)
    screen.say("By hand:", indent=6)
    screen.command(as_command(one.subject.key, (finding.fix,)), indent=8)


def _table(screen: Screen, shown: Sequence[Judged], *, everything: bool) -> None:
    if not shown:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_lines=False)
    table.add_column("Endpoint service", no_wrap=True, overflow="fold")
    table.add_column("Consumers", overflow="fold")
    table.add_column("Verdicts", no_wrap=True)
    for one in shown:
        table.add_row(_service(one), _consumers(one), verdicts_of(told(one, everything=everything)))
        table.add_row()
    screen.out.print(table)


def _service(one: Judged) -> Text:
    service = one.seen
    name = service.private_dns.name if service.private_dns else ""
    lines = (service.key.region, service.type_name, service.state, service.tags.get("Name", ""), name)
    below = "".join(f"\n{clean(line)}" for line in lines if line)
    return Text.assemble(service.key.id, (below, "dim"))


def _consumers(one: Judged) -> Text:
    """Who may connect, and how many do, as far as a rule that is on asked for it."""
    service = one.seen
    allowed = "\n".join(clean(principal.name) for principal in service.principals) or "nobody is allowed"
    if ServicePart.PRINCIPALS not in service.read:
        allowed = "who is allowed: not read"
    states = Counter(connection.state for connection in service.connections)
    connected = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none connected"
    if ServicePart.CONNECTIONS not in service.read:
        connected = "who is connected: not read"
    accepted = "accepted one by one" if service.acceptance_required else "accepted unasked"
    return Text.assemble(allowed, (f"\n{accepted}\n{clean(connected)}", "dim"))


VIEW: Final[View[Judged]] = View(
    noun="endpoint service",
    short="services",
    none="provides no endpoint service",
    place=_place,
    on_terminal=_on_terminal,
)
