"""SSM: the kill switch, a parameter that stops every write within a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .errors import RetryLater
from .failures import FAILURES
from .model import Mode

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

NEEDS: Final = frozenset({"ssm:GetParameter"})
CACHED_SECONDS: Final = 60
MEANS: Final = {"run": Mode.ENFORCE, "stop": Mode.NOTIFY}


class KillSwitch:
    """Read only before a write, so that the client is made only then."""

    def __init__(
        self, make_client: Callable[[], SSMClient], name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the parameter's name; `clock` gives seconds."""
        self._make_client = make_client
        self._name = name
        self._clock = clock
        self._client: SSMClient | None = None
        self._read: tuple[float, Mode] | None = None

    def mode(self) -> Mode:
        """The most that the switch allows, at most 60 seconds old; raise RetryLater where it cannot be told."""
        now = self._clock()
        if self._read is None or now - self._read[0] >= CACHED_SECONDS:
            self._read = (now, self._ask())
        return self._read[1]

    def _ask(self) -> Mode:
        self._client = self._client or self._make_client()
        try:
            value = self._client.get_parameter(Name=self._name)["Parameter"].get("Value", "")
        except FAILURES as error:
            raise RetryLater(f"the kill switch {self._name} cannot be read: {error}") from error
        if value not in MEANS:
            raise RetryLater(f"the kill switch {self._name} is {value!r}; allowed: {', '.join(MEANS)}")
        return MEANS[value]
