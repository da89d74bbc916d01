"""What the organisation demands of its endpoints, as standard.toml says it; standard_file.py reads it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from .model import Mode
from .settings import Settings

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one service's endpoints are to allow beyond the perimeter, and whether that may replace full access."""

    accept_unproved: bool = False
    needs: bool = True
    """Whether it allows what the service needs beyond the perimeter, by policy/needs.toml."""
    statements: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Managed:
    """How to tell an endpoint that infrastructure as code manages, which is never written."""

    tags: tuple[tuple[str, str | None], ...] = ()
    """(key, value) of tags that mark them; value None for any value."""
    write_unknown_creator: bool = False
    """Whether an endpoint may be written whose making was never seen."""


@dataclass(frozen=True, slots=True)
class Standard:
    """All of standard.toml."""

    organisation: str | None = None
    accounts: tuple[str, ...] = ()
    """Trusted accounts, in addition to the organisation's or in place of it."""
    rules: Mapping[str, Settings] = field(default_factory=dict)
    """Every rule's settings, by its id."""
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """By the service's own name, such as "s3" or "ecr.api"."""
    managed: Managed = field(default_factory=Managed)

    def mode_of(self, rule_id: str) -> Mode:
        """The mode of one rule."""
        return self.rules[rule_id].mode

    def of(self, settings: type[S]) -> S:
        """One rule's settings."""
        return cast("S", self.rules[settings.rule])

    def with_mode(self, rule_id: str, mode: Mode) -> Standard:
        """The same standard with another mode of one rule."""
        present = self.rules[rule_id]
        changed = type(present)({**present.values, "mode": mode})
        return replace(self, rules={**self.rules, rule_id: changed})
