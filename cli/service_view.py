"""Endpoint services for people: a table and the findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from rich import box
from rich.table import Table
from rich.text import Text

from warden.subject_watch import JudgedSubject
from warden.subjects import ServiceSeen

from .found_view import View, show_findings, verdicts_of
from .scanned import Scan, is_compliant, told
from .screen import Screen, clean

Judged: TypeAlias = JudgedSubject[ServiceSeen]


def _place(one: Judged) -> tuple[str, ...]:
    service = one.seen
    return (service.key.region, service.key.id, service.type_name, service.name, service.state)


def _on_terminal(screen: Screen, _: Scan[Judged], shown: Sequence[Judged], everything: bool) -> None:  # noqa: FBT001  of View
    _table(screen, shown, everything=everything)
    for one in shown:
        show_findings(screen, one, one.subject.key.id, everything=everything)
        if not is_compliant(one):
            screen.say()


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
    """Who may connect, and how many do."""
    service = one.seen
    states = Counter(connection.state for connection in service.connections)
    connected = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none connected"
    allowed = "\n".join(clean(principal.name) for principal in service.principals) or "nobody is allowed"
    accepted = "accepted one by one" if service.acceptance_required else "accepted unasked"
    return Text.assemble(allowed, (f"\n{accepted}\n{clean(connected)}", "dim"))


VIEW: Final[View[Judged]] = View(
    noun="endpoint service",
    short="services",
    none="provides no endpoint service",
    place=_place,
    on_terminal=_on_terminal,
)
