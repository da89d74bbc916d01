"""standard.toml: what the organisation demands of its endpoints, read once, every error named with its place; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .checked import NotAllowed, Table, boolean, listed, mapping, one_of, text, whole
from .errors import BadStandard
from .model import Mode
from .policy.document import Malformed
from .policy.exception import mistakes
from .policy.services import NO_RESOURCE_KEYS

MODES: Final = {mode.value: mode for mode in Mode}
TELLING: Final = {mode.value: mode for mode in (Mode.OFF, Mode.NOTIFY)}
"""The modes of a rule that knows no fix."""

_account = text(re.compile(r"\d{12}").fullmatch, "an account id of 12 digits, in quotes")
_organisation = text(re.compile(r"o-[a-z0-9]{10,32}").fullmatch, 'an organisation id such as "o-a1b2c3d4e5"')


@dataclass(frozen=True, slots=True)
class MultiAz:
    """Settings of the rule `multi-az`."""

    mode: Mode = Mode.NOTIFY
    min_zones: int = 2
    min_free_addresses: int = 8
    """A subnet with fewer free IPv4 addresses is called full."""
    subnet_tags: tuple[tuple[str, str], ...] = ()
    """(key, value) of tags that mark the subnets to prefer, the best first."""


@dataclass(frozen=True, slots=True)
class OnlyMode:
    """Settings of a rule that has no more of them."""

    mode: Mode = Mode.NOTIFY


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
    multi_az: MultiAz = field(default_factory=MultiAz)
    endpoint_policy: OnlyMode = field(default_factory=OnlyMode)
    identity_perimeter: OnlyMode = field(default_factory=OnlyMode)
    resource_perimeter: OnlyMode = field(default_factory=OnlyMode)
    policy_lint: OnlyMode = field(default_factory=OnlyMode)
    policy_breadth: OnlyMode = field(default_factory=lambda: OnlyMode(Mode.OFF))
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """By the service's own name, such as "s3" or "ecr.api"."""
    managed: Managed = field(default_factory=Managed)

    def mode_of(self, rule_id: str) -> Mode:
        """The mode of one rule."""
        settings: MultiAz | OnlyMode = getattr(self, rule_id.replace("-", "_"))
        return settings.mode


def load(toml: str, is_service: Callable[[str], bool] = bool) -> Standard:
    """Read the text of standard.toml; raise BadStandard with every problem in it.

    `is_service` tells whether there is a service of this name; by itself, any name will do.
    """
    try:
        tree = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise BadStandard((f"standard.toml is not TOML: {error}",)) from error
    problems: list[str] = []
    standard = _standard(Table("", tree, problems))
    problems += (
        f"baseline.{name} is of no service that is known; names are those of endpoints, such as s3 or ecr.api"
        for name in standard.baselines
        if not is_service(name)
    )
    if problems:
        raise BadStandard(tuple(problems))
    return standard


def _standard(top: Table) -> Standard:
    organisation = top.table("organisation")
    rules = top.table("rules")
    standard = Standard(
        organisation=organisation.take("id", _organisation, "") or None,
        accounts=organisation.take("accounts", listed(_account), ()),
        multi_az=_multi_az(rules.table("multi-az")),
        endpoint_policy=_only_mode(rules.table("endpoint-policy"), MODES),
        identity_perimeter=_only_mode(rules.table("identity-perimeter"), TELLING),
        resource_perimeter=_only_mode(rules.table("resource-perimeter"), TELLING),
        policy_lint=_only_mode(rules.table("policy-lint"), TELLING),
        policy_breadth=_only_mode(rules.table("policy-breadth"), TELLING, Mode.OFF),
        baselines={name: _baseline(name, table) for name, table in top.table("baseline").tables().items()},
        managed=_managed(top.table("managed")),
    )
    for table in (organisation, rules, top):
        table.close()
    _organisation_where_used(standard, top.problems)
    _somebody_where_enforced(standard, top.problems)
    return standard


def _multi_az(table: Table) -> MultiAz:
    settings = MultiAz(
        mode=table.take("mode", one_of(MODES), MultiAz().mode),
        min_zones=table.take("min_zones", whole(1, 6), MultiAz().min_zones),
        min_free_addresses=table.take("min_free_addresses", whole(1, 4096), MultiAz().min_free_addresses),
        subnet_tags=table.take("subnet_tags", listed(_tag), ()),
    )
    table.close()
    return settings


def _only_mode(table: Table, modes: Mapping[str, Mode], default: Mode = Mode.NOTIFY) -> OnlyMode:
    settings = OnlyMode(mode=table.take("mode", one_of(modes), default))
    table.close()
    return settings


def _baseline(name: str, table: Table) -> Baseline:
    if name in NO_RESOURCE_KEYS:
        table.problems.append(
            f"{table.path} is not allowed: {NO_RESOURCE_KEYS[name]} requests carry no aws:ResourceOrgID, "
            "so that a baseline would deny every call"
        )
    baseline = Baseline(
        accept_unproved=table.take("accept_unproved", boolean, default=False),
        needs=table.take("needs", boolean, default=True),
        statements=table.take("statements", listed(mapping), ()),
    )
    for place, statement in enumerate(baseline.statements):
        _check_statement(statement, f"{table.path}.statements[{place}]", table.problems)
    table.close()
    return baseline


def _check_statement(statement: Mapping[str, object], where: str, problems: list[str]) -> None:
    try:
        problems.extend(f"{where}{problem}" for problem in mistakes(statement, where))
    except Malformed as error:
        problems.append(str(error))


def _organisation_where_used(standard: Standard, problems: list[str]) -> None:
    """A baseline that speaks of the organisation needs one, or the policy would carry the bare placeholder."""
    if standard.organisation:
        return
    accepted = sorted(
        name
        for name, baseline in standard.baselines.items()
        if baseline.accept_unproved and "{organisation}" in repr(baseline.statements)
    )
    problems.extend(f"baseline.{name}.statements use {{organisation}}; organisation.id is missing" for name in accepted)


def _somebody_where_enforced(standard: Standard, problems: list[str]) -> None:
    """A baseline is put on endpoints for somebody."""
    enforced = standard.endpoint_policy.mode is Mode.ENFORCE
    if enforced and not (standard.organisation or standard.accounts):
        problems.append(
            "rules.endpoint-policy.mode is enforce, and neither organisation.id nor organisation.accounts says who is "
            "yours: no baseline can be made"
        )


def _managed(table: Table) -> Managed:
    settings = Managed(
        tags=table.take("tags", listed(_mark), ()),
        write_unknown_creator=table.take("unknown_creator", one_of({"hold": False, "write": True}), default=False),
    )
    table.close()
    return settings


def _tag(value: object) -> tuple[str, str]:
    if isinstance(value, str):
        key, equals, word = value.partition("=")
        if key and equals:
            return key, word
    raise NotAllowed('tags written as "key=value"')


def _mark(value: object) -> tuple[str, str | None]:
    if isinstance(value, str):
        key, equals, word = value.partition("=")
        if key:
            return key, word if equals else None
    raise NotAllowed('tags written as "key" or "key=value"')
