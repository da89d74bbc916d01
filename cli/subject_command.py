"""Judge all of one kind of what is no endpoint, in some regions; subject_commands.py has every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from warden.subject_watch import JudgedSubject, Watch

from .account import Account, translated
from .exits import Code
from .found_view import View
from .options import Format
from .regions import Tell, Wanted, scanned
from .scan_json import blind_json, head_json, verdicts_json
from .scanned import Scan
from .screen import Screen
from .standards import judging, read

Source = TypeVar("Source")
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class SubjectCommand(Generic[Source, Seen]):
    """The command of one kind, which is called what `watch.many` says: how it is read here, and how it is shown."""

    watch: Watch[Source, Seen]
    source_of: Callable[[Account], Source]
    view: View[JudgedSubject[Seen]]
    item: Callable[[JudgedSubject[Seen]], Mapping[str, object]]
    """Write one of them as JSON."""

    @translated()
    def run(self, wanted: Wanted) -> Code:
        """Judge, show, and say how it stands."""
        screen = Screen()
        what = f"{self.view.noun}s"
        named = judging(read(wanted.standard), what, self.watch.rules)

        def look(account: Account, _: Tell) -> list[JudgedSubject[Seen]]:
            return self.watch.observe(self.source_of(account), named.standard, datetime.now(UTC))

        found = scanned(screen, wanted, named, what, look)
        if wanted.how is Format.JSON:
            screen.json(self.json(found))
        else:
            self.view.show(screen, found, everything=wanted.everything)
        return found.code

    def json(self, scan: Scan[JudgedSubject[Seen]]) -> dict[str, object]:
        """Write the scan as JSON, version 1: within a version fields are only ever added.

        "summary" says how many there are and are compliant, and how often each verdict was given; "not_looked_at" is
        empty where everything was seen. Both counts and items stand under the name of the command.
        """
        many = self.watch.many
        return {
            **head_json(f"endpoint-warden/{many}/1", scan),
            "summary": {many: len(scan.seen), "compliant": scan.compliant, "verdicts": verdicts_json(scan)},
            many: [self.item(one) for one in scan.seen],
            "not_looked_at": blind_json(scan),
        }
