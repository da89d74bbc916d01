"""Look at what is no endpoint: read all of a kind in few calls, judge it, and tell people.

Each kind is a `Watch`; watches.py has all of them. One that has no `target` is never written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from .batch import Batch, looking
from .decide import findings_of
from .errors import NotYet, RetryLater
from .events import Look
from .ledger import Memory
from .mailbox import DELAYS
from .model import EndpointKey, Finding, Mode, Outcome, Report, Result, Subject
from .patch import patch_beside
from .ports import World
from .reporting import gone, known, told
from .rules.rule import SubjectRule
from .settling import closed, is_due, settle
from .standard import Standard
from .target import Target

Source = TypeVar("Source")
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class JudgedSubject(Generic[Seen]):
    """A subject as people are told of it, what was seen of it, and what the rules say."""

    subject: Subject
    seen: Seen
    findings: tuple[Finding, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """What people are to hear of, where no rule knows a fix."""
        return tuple(
            Result(finding, Outcome.TOLD, finding.advice, patch_beside(finding))
            for finding in self.findings
            if finding.open
        )


@dataclass(frozen=True, slots=True)
class Watch(Generic[Source, Seen]):
    """One kind of subject: what it is called, its rules, and how it is read."""

    what: str
    """As in Subject."""
    many: str
    """Several of them, in one word: for logs, and what the command is called that judges them."""
    prefix: str
    """What its ids begin with, and no other kind's do."""
    rules: tuple[SubjectRule[Seen], ...]
    source_of: Callable[[World], Source]
    read: Callable[[Source, Standard, datetime, Collection[str] | None], Iterable[Seen]]
    """Those of these ids that exist, or all; raises RetryLater where AWS does not answer."""
    subject_of: Callable[[Seen], Subject]
    coming: Callable[[Seen], Sequence[str]] = lambda _seen: ()
    """What its verdicts hang on and is not ready yet, by id."""
    target: Callable[[World, JudgedSubject[Seen]], Target] | None = None
    """What a write to one of them takes; None where none is ever written."""

    def has(self, key: EndpointKey) -> bool:
        """Whether this is the key of one of them."""
        return key.id.startswith(self.prefix)

    def is_on(self, standard: Standard) -> bool:
        """Whether one of the rules is on: where none is, nothing is read."""
        return any(standard.mode_of(rule.id) is not Mode.OFF for rule in self.rules)

    def observe(
        self, source: Source, standard: Standard, now: datetime, ids: Collection[str] | None = None
    ) -> list[JudgedSubject[Seen]]:
        """Judge those of these ids that exist, or all; raise RetryLater where AWS does not answer."""
        if not self.is_on(standard):
            return []
        return [self.judge(one, standard) for one in self.read(source, standard, now, ids)]

    def judge(self, seen: Seen, standard: Standard) -> JudgedSubject[Seen]:
        """Judge one that was read."""
        return JudgedSubject(self.subject_of(seen), seen, findings_of(self.rules, seen, standard))

    def look(self, world: World, ids: Collection[str] | None = None) -> list[JudgedSubject[Seen]]:
        """Judge them as this world has them."""
        return self.observe(self.source_of(world), world.standard, world.now(), ids)


def reconcile_subjects(
    world: World, watch: Watch[Any, Any], looks: Sequence[Look], batch: Batch, time_left: Callable[[], bool]
) -> None:
    """Tell of these subjects of one kind what is new; what could not be looked at comes again."""
    if world.ceiling is Mode.OFF or not looks:
        return
    try:
        memories = world.ledger.recall(look.key for look in looks)
        judged = {one.subject.key: one for one in watch.look(world, {look.key.id for look in looks})}
    except RetryLater as error:
        batch.failed.update((look.key, error) for look in looks)
        return
    for look in looks:
        if not time_left():
            batch.failed[look.key] = RetryLater("no time was left for it")
        else:
            with looking(world, look, batch):
                batch.settle(_settled(world, watch, look, judged.get(look.key), memories[look.key]))


def _settled(
    world: World, watch: Watch[Any, Any], look: Look, judged: JudgedSubject[Any] | None, memory: Memory
) -> Report | None:
    if judged is None:
        return _absent(world, watch, look, memory)
    if watch.target is None:
        return _told(world, watch, look, judged, memory)
    return settle(world, look, watch.target(world, judged), memory)


def _told(
    world: World, watch: Watch[Any, Any], look: Look, judged: JudgedSubject[Any], memory: Memory
) -> Report | None:
    """Tell what is new once nothing that it hangs on is on its way, or at the last look: that is about to change."""
    coming = watch.coming(judged.seen)
    if coming and look.tries < len(DELAYS) and has_news(judged, memory):
        raise NotYet(f"not ready yet: {', '.join(coming)}")
    return told(world, judged.subject, judged.findings, world.ceiling, memory, judged.results)


def _absent(world: World, watch: Watch[Any, Any], look: Look, memory: Memory) -> Report | None:
    """A subject that is not there is gone if it was deleted, or at the second look; one just made is waited for.

    Where no rule looks, it is forgotten without a word.
    """
    watched, maybe_late = watch.is_on(world.standard), look.created or not look.tries
    if watched and maybe_late and not look.deleted:
        raise NotYet(f"EC2 does not show the {watch.what}")
    version = closed(world, look.key, memory, f"not known: the {watch.what} is gone, or no rule looks at it any more")
    report = gone(world, Subject(look.key, watch.what), memory) if watched and memory.told else None
    if memory != Memory():
        world.ledger.forget(look.key, version)
    return report


def has_news(judged: JudgedSubject[Any], memory: Memory) -> bool:
    """Whether people know less or more than they should, where no rule knows a fix."""
    return known(judged.results, memory) != memory.told


def is_news(world: World, watch: Watch[Any, Any], look: Look, judged: JudgedSubject[Any], memory: Memory) -> bool:
    """Whether something is to be done about it, or told."""
    if watch.target is None:
        return has_news(judged, memory)
    return is_due(world, look, watch.target(world, judged), memory)
