"""VPCs for people: each with its findings on a terminal, a line for each finding in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, TypeAlias

from warden.model import Finding
from warden.patch import patch_beside
from warden.subject_watch import JudgedSubject
from warden.subjects import VpcSeen

from .found_view import View, show_findings
from .scanned import Scan
from .screen import Screen

Judged: TypeAlias = JudgedSubject[VpcSeen]


def _place(one: Judged) -> tuple[str, ...]:
    return (one.subject.key.region, one.subject.key.id, one.subject.name)


def _on_terminal(screen: Screen, _: Scan[Judged], shown: Sequence[Judged], everything: bool) -> None:  # noqa: FBT001  of View
    for one in shown:
        key, name = one.subject.key, f' "{one.subject.name}"' if one.subject.name else ""
        also = partial(_patch, screen)
        show_findings(screen, one, f"{key.id}{name} {key.region}", everything=everything, also=also)


def _patch(screen: Screen, finding: Finding) -> None:
    """What to change in code, where that is known to manage something of it."""
    patch = patch_beside(finding)
    if patch:
        screen.command(patch, indent=6)


VIEW: Final[View[Judged]] = View(noun="VPC", short="VPCs", none="has no VPC", place=_place, on_terminal=_on_terminal)
