"""Wait for what other processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

from local.errors import LocalCloudError

Value = TypeVar("Value")


def wait_for(look: Callable[[], Value], seconds: float = 20.0, what: str = "what was waited for") -> Value:
    """Return the first true value that `look` gives; raise LocalCloudError after `seconds` without one."""
    deadline = time.monotonic() + seconds
    while not (value := look()):
        if time.monotonic() > deadline:
            message = f"{what}: not there after {seconds} s; last seen: {value!r}"
            raise LocalCloudError(message)
        time.sleep(0.02)
    return value
