"""Read standard.toml, once and strictly: every error in it is named, with its place; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping

from .checked import Table, account, boolean, listed, mapping, one_of, tag_parts, text
from .errors import BadStandard
from .model import Mode
from .policy.document import Malformed
from .policy.exception import mistakes
from .policy.services import NO_RESOURCE_KEYS
from .rules import EVERY_RULE
from .standard import Baseline, Managed, Standard

_organisation = text(re.compile(r"o-[a-z0-9]{10,32}").fullmatch, 'an organisation id such as "o-a1b2c3d4e5"')


def load(toml: str, is_service: Callable[[str], bool] = bool) -> Standard:
    """Read the text of standard.toml; raise BadStandard with every problem in it.

    `is_service` tells whether there is a service of this name; by itself, any name will do.
    """
    try:
        tree = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise BadStandard((f"it is not TOML: {error}",)) from error
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
        accounts=organisation.take("accounts", listed(account), ()),
        rules={rule.id: rule.settings.read(rules.table(rule.id)) for rule in EVERY_RULE},
        baselines={name: _baseline(name, table) for name, table in top.table("baseline").tables().items()},
        managed=_managed(top.table("managed")),
    )
    for table in (organisation, rules, top):
        table.close()
    _organisation_where_used(standard, top.problems)
    _somebody_where_enforced(standard, top.problems)
    return standard


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
    enforced = standard.mode_of("endpoint-policy") is Mode.ENFORCE
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


def _mark(value: object) -> tuple[str, str | None]:
    return tag_parts(value, 'tags written as "key" or "key=value"')
