"""What a scan found, for people: the frame around a view of endpoints, VPCs or endpoint services, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from rich.text import Text

from warden.model import Finding, Verdict
from warden.plain import sentence

from .scanned import HasFindings, One, Scan, is_compliant, told
from .screen import STYLES, Screen


@dataclass(frozen=True, slots=True)
class View(Generic[One]):
    """How one kind of thing is shown."""

    noun: str
    """"endpoint service": what one is called; several have an "s" at its end."""
    short: str
    """"services": several of them in a word."""
    none: str
    """"provides no endpoint service": what is said of an account without one."""
    place: Callable[[One], tuple[str, ...]]
    """The fields of a line in a pipe that say which one it is; those of a finding follow."""
    on_terminal: Callable[[Screen, Scan[One], Sequence[One], bool], None]
    """Show these on a terminal; the compliant ones, and what of each is as it should be, only where asked for."""

    def show(self, screen: Screen, scan: Scan[One], *, everything: bool) -> None:
        """Show the scan; `everything` takes in what is compliant."""
        shown = [one for one in scan.seen if everything or not is_compliant(one)]
        screen.note(f"Judged by {scan.standard}.")
        if screen.is_terminal:
            self.on_terminal(screen, scan, shown, everything)
        else:
            for one in shown:
                for finding in told(one, everything=everything):
                    row = (finding.rule, finding.verdict.value, finding.code, finding.message)
                    screen.row(*self.place(one), *row)
        show_blind(screen, scan)
        screen.note(self.summary(scan), style="bold")
        if len(shown) < len(scan.seen):
            screen.note(f"Compliant {self.short} are shown with --all.")

    def summary(self, scan: Scan[One]) -> str:
        """Say in two sentences how it stands; what could not be judged is never left out."""
        count, account, where = len(scan.seen), scan.account, scan.where
        if not count:
            return f"Account {account} {self.none} in {where}{' that could be seen' if scan.blind else ''}."
        noun = self.noun if count == 1 else f"{self.noun}s"
        verdicts = ", ".join(f"{scan.verdicts[one]} {one.value}" for one in Verdict if scan.verdicts[one])
        return f"{scan.compliant} of {count} {noun} compliant in account {account}, {where}. Verdicts: {verdicts}."


def show_blind(screen: Screen, scan: Scan[Any]) -> None:
    """Tell which regions could not be looked at."""
    for blind in scan.blind:
        screen.trouble(f"{blind.region} could not be looked at: {blind.what}", blind.do)


def advised(finding: Finding) -> Iterable[str]:
    """What to do about a finding for which nothing else is known than its own advice."""
    return (sentence(finding.advice),)


def show_findings(
    screen: Screen,
    one: HasFindings,
    name: str,
    do: Callable[[Finding], Iterable[str]] = advised,
    *,
    everything: bool,
    also: Callable[[Finding], None] = lambda _: None,
) -> None:
    """Show what the rules say of one, each finding with what to do about it, and with what `also` shows of it."""
    for finding in told(one, everything=everything):
        severity = f" {finding.severity.name.lower()}" if finding.verdict is Verdict.BREACH else ""
        code = f" ({finding.code})" if finding.code else ""
        screen.head(finding.verdict.value, f"{name}: {finding.rule}{code}{severity}")
        for line in (sentence(finding.message), *do(finding)):
            if line:
                screen.say(line, indent=4)
        also(finding)


def verdicts_of(findings: Iterable[Finding], otherwise: str = "compliant") -> Text:
    """A line for each finding; these words where there is none."""
    lines = [
        Text.assemble((finding.verdict.value, STYLES.get(finding.verdict.value, "dim")), f" {finding.rule}")
        for finding in findings
    ]
    return Text("\n").join(lines) if lines else Text(otherwise, style=STYLES["PASS"])
