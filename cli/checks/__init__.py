"""The checks of `warden doctor`, in the order in which an event travels: each is a generator of answers.

The first line of a check's docstring is what it looks at, said as a noun: it is shown while it works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from .answer import Answer
from .event_rules import event_rules
from .functions import consumers, functions, permissions
from .patient import Patient
from .queues import dead_letters, waiting
from .schedules import review, sweep
from .standard import standard
from .standing import key, kill_switch, mode, status
from .subscriptions import subscriptions
from .trail import trail

Check = Callable[[Patient], Iterator[Answer]]

CHECKS: Final[tuple[Check, ...]] = (
    status,
    mode,
    standard,
    kill_switch,
    trail,
    event_rules,
    sweep,
    review,
    waiting,
    dead_letters,
    consumers,
    functions,
    permissions,
    key,
    subscriptions,
)
