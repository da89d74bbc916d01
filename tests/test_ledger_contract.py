"""The fake ledger obeys as the table does: whatever is done to both, in whatever order, both say and remember the same.

What is decided upon the ledger is tested on the fake, so a difference between the two would hide a defect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from builders import KEY, NOW
from fakes import FakeLedger
from stubs import emulated, shared
from test_ledger import AFTER, BEFORE, REQUEST, TABLE, TOLD, make_table
from warden.errors import NotYet
from warden.ledger import Ledger, Memory

STEPS = ("begin", "begin stale", "finish", "fail", "tell", "tell stale", "note", "forget", "forget stale")


class Both:
    """The table and the fake, side by side; journal ids are each one's own."""

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        self.real, self.fake = Ledger(shared("dynamodb"), TABLE), FakeLedger()
        self.now = NOW
        self.earlier = Memory()

    def memory(self) -> Memory:
        """What both remember."""
        real, fake = self.real.recall([KEY])[KEY], self.fake.recall([KEY])[KEY]
        assert plain(real) == plain(fake)
        return fake

    def take(self, step: str) -> None:
        """Do one thing to both; what one refuses the other must refuse."""
        self.now += timedelta(seconds=1)
        memory = self.memory()
        seen = self.earlier if step.endswith("stale") else memory
        refused = [self._refuses(store, step, seen) for store in (self.real, self.fake)]
        assert refused[0] == refused[1], step
        self.earlier = memory
        self.memory()

    def _refuses(self, store: Any, step: str, seen: Memory) -> bool:
        pending = store.recall([KEY])[KEY].pending
        journal_id = pending.journal_id if pending else ""
        tried: dict[str, Callable[[], object]] = {
            "begin": lambda: store.begin(KEY, seen, BEFORE, REQUEST, (), self.now),
            "finish": lambda: store.finish(KEY, journal_id, AFTER, TOLD, {"multi-az": self.now}),
            "fail": lambda: store.fail(KEY, journal_id, seen.writes, "no"),
            "tell": lambda: store.tell(KEY, {"multi-az": str(self.now)}, seen.tellings),
            "note": lambda: store.note_creator(KEY, "Pulumi"),
            "forget": lambda: store.forget(KEY, seen.version),
        }
        if step in {"finish", "fail"} and not pending:
            return True  # nobody closes what nobody began
        try:
            tried[step.split(maxsplit=1)[0]]()
        except NotYet:
            return True
        return False


def plain(memory: Memory) -> Memory:
    """The same without the journal's id."""
    return replace(memory, pending=memory.pending and replace(memory.pending, journal_id=""), told=dict(memory.told))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_the_fake_obeys_as_the_table_does(steps: list[str]) -> None:
    """Sixty orders of events, among them what follows a write that failed."""
    with emulated():
        make_table(shared("dynamodb"))
        both = Both()
        for step in steps:
            both.take(step)


def test_people_are_told_after_a_write_that_failed() -> None:
    """A write that failed tells nobody, and must not look as if it had."""
    with emulated():
        make_table(shared("dynamodb"))
        both = Both()
        for step in ("begin", "fail", "tell", "tell"):
            both.take(step)
        assert both.memory().tellings == 2
