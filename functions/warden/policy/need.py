"""What a service needs beyond the perimeter, as statements of one endpoint's policy; pure. needs.py reads them."""

from __future__ import annotations

from typing import NamedTuple

from .perimeter import Json, Perimeter, allow
from .placeholders import Place, filled


class Need(NamedTuple):
    """One exception: what is called, of which resources, by whom, and where AWS says so."""

    service: str
    """The prefix of its actions."""
    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """With placeholders."""
    ours_only: bool
    """Whether the caller has to be ours; else it is one whom no key describes."""
    our_resources: bool
    """Whether the resource has to be ours."""
    why: str
    source: str

    def statements(self, perimeter: Perimeter, place: Place) -> list[Json]:
        """The statements that let it through, one for each way to be ours."""
        actions, resources = _one_or_more(self.actions), _one_or_more(filled(self.resources, place))
        pairs = perimeter.conditions(who=self.ours_only, whose=self.our_resources)
        return [allow(f"{self.sid}{at or ''}", keys, actions, resources) for at, keys in enumerate(pairs)]


def _one_or_more(texts: tuple[str, ...]) -> object:
    return texts[0] if len(texts) == 1 else list(texts)
