"""A scan of VPCs for people: each VPC with its findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from warden.model import Finding, Verdict
from warden.plain import sentence
from warden.subject_watch import JudgedSubject
from warden.subjects import VpcSeen

from .scanned import COMPLIANT
from .screen import Screen
from .subject_scan import SubjectScan, is_compliant


def show(screen: Screen, scan: SubjectScan[VpcSeen], *, everything: bool) -> None:
    """Show the scan; `everything` takes in the compliant VPCs."""
    shown = [one for one in scan.seen if everything or not is_compliant(one)]
    screen.note(f"Judged by {scan.standard}.")
    for one in shown:
        for finding in _told(one, everything=everything):
            (_say if screen.is_terminal else _row)(screen, one, finding)
    for blind in scan.blind:
        screen.trouble(f"{blind.region} could not be looked at: {blind.what}", blind.do)
    screen.note(summary(scan), style="bold")
    if len(shown) < len(scan.seen):
        screen.note("Compliant VPCs are shown with --all.")


def summary(scan: SubjectScan[VpcSeen]) -> str:
    """Say in two sentences how it stands; what could not be judged is never left out."""
    where = ", ".join(scan.regions) if len(scan.regions) <= 4 else f"{len(scan.regions)} regions"  # noqa: PLR2004  a line
    if not scan.seen:
        return f"Account {scan.account} has no VPC in {where}{' that could be seen' if scan.blind else ''}."
    verdicts = ", ".join(f"{scan.verdicts[verdict]} {verdict.value}" for verdict in Verdict if scan.verdicts[verdict])
    count, noun = len(scan.seen), "VPC" if len(scan.seen) == 1 else "VPCs"
    return f"{scan.compliant} of {count} {noun} compliant in account {scan.account}, {where}. Verdicts: {verdicts}."


def _told(one: JudgedSubject[VpcSeen], *, everything: bool) -> Iterator[Finding]:
    return (finding for finding in one.findings if everything or finding.verdict not in COMPLIANT)


def _say(screen: Screen, one: JudgedSubject[VpcSeen], finding: Finding) -> None:
    key, name = one.subject.key, f' "{one.subject.name}"' if one.subject.name else ""
    severity = f" {finding.severity.name.lower()}" if finding.verdict is Verdict.BREACH else ""
    code = f" ({finding.code})" if finding.code else ""
    screen.head(finding.verdict.value, f"{key.id}{name} {key.region}: {finding.rule}{code}{severity}")
    for line in (sentence(finding.message), sentence(finding.advice)):
        if line:
            screen.say(line, indent=4)


def _row(screen: Screen, one: JudgedSubject[VpcSeen], finding: Finding) -> None:
    key = one.subject.key
    row = (key.region, key.id, one.subject.name, finding.rule, finding.verdict.value, finding.code, finding.message)
    screen.row(*row)
