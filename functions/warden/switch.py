"""SSM: the kill switch, which stops every write within a minute.

Two parameters. One is the stack's own and says `run`. CloudFormation writes it anew whenever an update touches it, a
changed tag included, so a person does not stop by it but by another one, below it, that no template makes: while it is
there nothing is written, and its value says why.
Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from .errors import RetryLater
from .failures import FAILURES
from .model import Mode

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

NEEDS: Final = frozenset({"ssm:GetParameter"})
CACHED_SECONDS: Final = 60
MEANS: Final = {"run": Mode.ENFORCE, "stop": Mode.NOTIFY}
MAX_REASON: Final = 200


def stop_name(name: str) -> str:
    """The parameter by which people stop; `name` is the stack's own."""
    return f"{name}/stop"


def _set(name: str) -> str:
    """How a person sets the stack's own parameter."""
    return f"Set it: `aws ssm put-parameter --overwrite --type String --name {name} --value run`."


class KillSwitch:
    """Read only before a write, so that the client is made only then."""

    def __init__(
        self, make_client: Callable[[], SSMClient], name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the stack's own parameter's name; `clock` gives seconds."""
        self._make_client = make_client
        self._name = name
        self._clock = clock
        self._client: SSMClient | None = None
        self._read: tuple[float, Mode] | None = None
        self.reason = ""
        """Why a person stopped, in their words, as it was last read."""

    def mode(self) -> Mode:
        """The most that the switch allows, at most 60 seconds old; raise RetryLater where it cannot be told."""
        now = self._clock()
        if self._read is None or now - self._read[0] >= CACHED_SECONDS:
            self._read = (now, self._ask())
        return self._read[1]

    def _ask(self) -> Mode:
        by_hand = self._value(stop_name(self._name))
        self.reason = (by_hand or "")[:MAX_REASON]
        value = self._value(self._name)
        if value is None:
            what = f"the kill switch {self._name} is missing: deploy the stack again"
            raise RetryLater(what, f"Until it is there nothing is written. {_set(self._name)}")
        if value not in MEANS:
            what = f"the kill switch {self._name} is {value!r}; allowed: {', '.join(MEANS)}"
            raise RetryLater(what, f"Until it says one of them nothing is written. {_set(self._name)}")
        return MEANS[value] if by_hand is None else Mode.NOTIFY

    def _value(self, name: str) -> str | None:
        """What the parameter says, None where there is none; raise RetryLater where that cannot be told."""
        self._client = self._client or self._make_client()
        try:
            return self._client.get_parameter(Name=name)["Parameter"].get("Value", "")
        except FAILURES as error:
            if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "ParameterNotFound":
                return None
            raise RetryLater(f"the kill switch {name} cannot be read: {error}") from error
