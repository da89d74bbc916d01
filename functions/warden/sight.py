"""EC2's answer for a batch of endpoints, as old as a write may take it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from .model import Endpoint, EndpointKey
from .ports import World

FRESH: Final = timedelta(seconds=5)
"""How old an answer of EC2 may be when it is written upon."""


class Sight:
    """EC2's answer for a batch, read again for all that is left of it when it grew too old to be written upon."""

    def __init__(self, world: World, keys: Iterable[EndpointKey]) -> None:
        """Read all of them."""
        self._world = world
        self._left = {key.id for key in keys}
        self._read()
        self.at_first = self._found
        """By id."""

    def now(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint by an answer that is fresh."""
        if self._world.now() - self._at > FRESH:
            self._read()
        return self._found.get(endpoint_id)

    def settled(self, key: EndpointKey) -> None:
        """Leave it out of what is read again."""
        self._left.discard(key.id)

    def _read(self) -> None:
        self._at = self._world.now()
        self._found = self._world.cloud.endpoints(self._left)
