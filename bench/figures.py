"""What a figure is: a value, its limit, and whether it keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Mark(Enum):
    """What a figure says of its limit."""

    KEPT = "ok"
    BROKEN = "BROKEN"
    NOT_MEASURED = "not measured"
    NO_LIMIT = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `value` None where it could not be measured, `why` says why or adds what to know."""

    group: str
    name: str
    value: float | None
    unit: str = ""
    most: float | None = None
    """The limit: no more than this."""
    exactly: float | None = None
    """The limit, where only one value is right."""
    why: str = ""

    @property
    def mark(self) -> Mark:
        """Whether the limit is kept."""
        if self.value is None:
            return Mark.NOT_MEASURED
        if self.most is None and self.exactly is None:
            return Mark.NO_LIMIT
        kept = self.value == self.exactly if self.most is None else self.value <= self.most
        return Mark.KEPT if kept else Mark.BROKEN

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.exactly is not None:
            return f"= {self.exactly:g}"
        return "" if self.most is None else f"<= {self.most:g}"

    @property
    def shown(self) -> str:
        """The value with its unit, as exact as it is."""
        if self.value is None:
            return ""
        places = 3 if self.unit == "x" else 2 if self.unit == "ms" and self.value < FEW else 0
        number = f"{self.value:,.{places}f}"
        return f"{number} {self.unit}".strip()


FEW: Final = 10
"""Milliseconds below which hundredths are shown."""
EXIT: Final = {Mark.BROKEN: 1, Mark.NOT_MEASURED: 2}


def exit_code(figures: Iterable[Figure]) -> int:
    """0 where every limit was measured and kept, 1 where one is broken, 2 where one could not be measured."""
    marks = {figure.mark for figure in figures}
    return next((code for mark, code in EXIT.items() if mark in marks), 0)
