"""The endpoint services of an account for people: a table and the findings, or a line for each finding in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from warden.accepting import decide_service
from warden.actions import Action
from warden.command import as_command
from warden.decide import Gates
from warden.model import Finding, Mode, Verdict
from warden.plain import labelled, sentence
from warden.subject_watch import JudgedSubject
from warden.subjects import ServiceSeen

from .scanned import COMPLIANT
from .screen import STYLES, Screen, clean
from .subject_scan import SubjectScan, is_compliant


def show(screen: Screen, offer: SubjectScan[ServiceSeen], *, everything: bool) -> None:
    """Show them; `everything` takes in the compliant ones."""
    shown = [one for one in offer.seen if everything or not is_compliant(one)]
    screen.note(f"Judged by {offer.standard}.")
    if screen.is_terminal:
        _table(screen, shown, everything=everything)
        for one in shown:
            _findings(screen, one, offer.standard, everything=everything)
    else:
        for row in _rows(shown, everything=everything):
            screen.row(*row)
    for blind in offer.blind:
        screen.trouble(f"{blind.region} could not be looked at: {blind.what}", blind.do)
    screen.note(summary(offer), style="bold")
    if len(shown) < len(offer.seen):
        screen.note("Compliant services are shown with --all.")


def summary(offer: SubjectScan[ServiceSeen]) -> str:
    """Say in two sentences how it stands; what could not be judged is never left out."""
    count, where = len(offer.seen), ", ".join(offer.regions)
    if not count:
        seen = " that could be seen" if offer.blind else ""
        return f"Account {offer.account} provides no endpoint service in {where}{seen}."
    verdicts = ", ".join(f"{offer.verdicts[one]} {one.value}" for one in Verdict if offer.verdicts[one])
    noun = "endpoint service" if count == 1 else "endpoint services"
    return f"{offer.compliant} of {count} {noun} compliant in account {offer.account}, {where}. Verdicts: {verdicts}."


def _table(screen: Screen, shown: Sequence[JudgedSubject[ServiceSeen]], *, everything: bool) -> None:
    if not shown:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_lines=False)
    table.add_column("Endpoint service", no_wrap=True, overflow="fold")
    table.add_column("Consumers", overflow="fold")
    table.add_column("Verdicts", no_wrap=True)
    for one in shown:
        table.add_row(_service(one), _consumers(one), _verdicts(one, everything=everything))
        table.add_row()
    screen.out.print(table)


def _service(one: JudgedSubject[ServiceSeen]) -> Text:
    service = one.seen
    name = service.private_dns.name if service.private_dns else ""
    lines = (service.key.region, service.type_name, service.state, service.tags.get("Name", ""), name)
    below = "".join(f"\n{clean(line)}" for line in lines if line)
    return Text.assemble(service.key.id, (below, "dim"))


def _consumers(one: JudgedSubject[ServiceSeen]) -> Text:
    """Who may connect, and how many do."""
    service = one.seen
    states = Counter(connection.state for connection in service.connections)
    connected = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none connected"
    allowed = "\n".join(clean(principal.name) for principal in service.principals) or "nobody is allowed"
    accepted = "accepted one by one" if service.acceptance_required else "accepted unasked"
    return Text.assemble(allowed, (f"\n{accepted}\n{clean(connected)}", "dim"))


def _verdicts(one: JudgedSubject[ServiceSeen], *, everything: bool) -> Text:
    lines = [
        Text.assemble((finding.verdict.value, STYLES.get(finding.verdict.value, "dim")), f" {finding.rule}")
        for finding in _told(one, everything=everything)
    ]
    return Text("\n").join(lines) if lines else Text("compliant", style=STYLES["PASS"])


def _findings(screen: Screen, one: JudgedSubject[ServiceSeen], source: str, *, everything: bool) -> None:
    for finding in _told(one, everything=everything):
        severity = f" {finding.severity.name.lower()}" if finding.verdict is Verdict.BREACH else ""
        code = f" ({finding.code})" if finding.code else ""
        screen.head(finding.verdict.value, f"{one.subject.key.id}: {finding.rule}{code}{severity}")
        for line in (sentence(finding.message), sentence(finding.advice)):
            if line:
                screen.say(line, indent=4)
        if finding.fix:
            _fix(screen, one, finding, finding.fix, source)
    if not is_compliant(one):
        screen.say()


def _fix(screen: Screen, one: JudgedSubject[ServiceSeen], finding: Finding, fix: Action, source: str) -> None:
    """What a stack in mode enforce would do by this standard, or why it would not; and the command."""
    gates = Gates(ceiling=Mode.ENFORCE, ceiling_name="the stack", standard_name=source, now=one.seen.at)
    left = (result for result in decide_service(one.seen, (finding,), gates).results)
    why = next((result.why for result in left), "")
    screen.say(f"{'TO DO' if why else 'WOULD DO'}  {fix}", indent=4, style="bold")
    by_stack = "A stack in mode enforce does it, unless its kill switch or its journal stands in the way."
    screen.say(labelled("Not by Endpoint Warden", why) or by_stack, indent=6)
    screen.say("By hand:", indent=6)
    screen.command(as_command(one.subject.key, (fix,)), indent=8)


def _rows(shown: Iterable[JudgedSubject[ServiceSeen]], *, everything: bool) -> Iterator[tuple[str, ...]]:
    """The fields of one line for each finding."""
    for one in shown:
        service = one.seen
        place = (service.key.region, service.key.id, service.type_name, service.name, service.state)
        for finding in _told(one, everything=everything):
            yield (*place, finding.rule, finding.verdict.value, finding.code, finding.message)


def _told(one: JudgedSubject[ServiceSeen], *, everything: bool) -> Iterator[Finding]:
    return (finding for finding in one.findings if everything or finding.verdict not in COMPLIANT)
