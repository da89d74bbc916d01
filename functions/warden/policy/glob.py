"""Patterns with wildcards, as IAM reads them: `*` is any run of characters, `?` is any one; pure.

A glob is the literal runs between its stars; within a run, ANY_ONE stands for `?`. So what came from a policy variable
or from an escape (`${*}`) is plain text here and can never be taken for a wildcard.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ANY_ONE: Final = "\0"
"""Stands for `?` in a run; a policy with this character in it is refused before."""
ARN_PARTS: Final = 6


class Glob(NamedTuple):
    """One pattern; `runs` are the texts between its stars, so one run is a pattern without a star."""

    runs: tuple[str, ...]

    @property
    def literal(self) -> str | None:
        """The only text that it matches, None where it has a wildcard."""
        return self.runs[0] if len(self.runs) == 1 and ANY_ONE not in self.runs[0] else None

    @property
    def matches_all(self) -> bool:
        """Whether it is nothing but stars."""
        return len(self.runs) > 1 and not any(self.runs)

    def matches(self, text: str) -> bool:
        """Whether the whole text fits."""
        runs = self.runs
        if len(runs) == 1:
            return len(runs[0]) == len(text) and _fits(runs[0], text, 0)
        first, last = runs[0], runs[-1]
        end = len(text) - len(last)
        if end < len(first) or not _fits(first, text, 0) or not _fits(last, text, end):
            return False
        place = len(first)
        for run in runs[1:-1]:  # the leftmost place of each run leaves the most room for the next
            place = _find(run, text, place, end)
            if place < 0:
                return False
            place += len(run)
        return True

    def lowered(self) -> Glob:
        """The same for text in lower case."""
        return Glob(tuple(run.lower() for run in self.runs))

    def split(self, parts: int) -> tuple[Glob, ...] | None:
        """The glob of each part of an ARN, the last one with all that is left; None where it has fewer colons."""
        found: list[list[str]] = [[]]
        for place, run in enumerate(self.runs):
            pieces = run.split(":", parts - len(found))
            if place:
                found[-1].append(pieces[0])
            else:
                found[0] = [pieces[0]]
            found.extend([piece] for piece in pieces[1:])
        return tuple(Glob(tuple(runs)) for runs in found) if len(found) == parts else None


class ArnGlob(NamedTuple):
    """A pattern of an ARN: its six parts are compared one by one, so a star of one part never reaches into the next.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """

    parts: tuple[Glob, ...]

    def matches(self, text: str) -> bool:
        """Whether the ARN fits; a text that is no ARN never does."""
        found = text.split(":", ARN_PARTS - 1)
        return len(found) == ARN_PARTS and all(map(Glob.matches, self.parts, found))

    @property
    def literal(self) -> str | None:
        """The only ARN that it matches, None where it has a wildcard."""
        texts = [part.literal for part in self.parts]
        return None if None in texts else ":".join(text for text in texts if text is not None)


def glob(text: str) -> Glob:
    """The pattern of a text in which `*` and `?` are wildcards."""
    return Glob(tuple(text.replace("?", ANY_ONE).split("*")))


def exactly(text: str) -> Glob:
    """The pattern of this text and no other."""
    return Glob((text,))


def arn_glob(pattern: Glob) -> ArnGlob | None:
    """The pattern as one of ARNs; None where it does not have six parts."""
    parts = pattern.split(ARN_PARTS)
    return None if parts is None else ArnGlob(parts)


def _fits(run: str, text: str, place: int) -> bool:
    if ANY_ONE not in run:
        return text.startswith(run, place)
    return all(one in {ANY_ONE, other} for one, other in zip(run, text[place : place + len(run)], strict=True))


def _find(run: str, text: str, start: int, end: int) -> int:
    """The first place from `start` at which the run fits and ends at `end` or before; -1 where there is none."""
    if ANY_ONE not in run:
        return text.find(run, start, end)
    return next((place for place in range(start, end - len(run) + 1) if _fits(run, text, place)), -1)
