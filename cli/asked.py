"""What one rule says of endpoints that are given, as AWS or files show them, and what it read for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from warden.command import as_command
from warden.decide import managing_tool, never
from warden.model import Endpoint, Finding, Mode
from warden.observe import observe
from warden.patch import patch_of
from warden.plain import mapping, nested, readable, sentence
from warden.policy.services import short_name
from warden.ports import Cloud
from warden.rules.rule import Rule
from warden.standard import Standard

from . import endpoint_ids
from .account import Account, connect, translated
from .answers import NotInFiles, account_of, as_written
from .endpoint_ids import IN_ACCOUNT, IN_FILES
from .exits import Code, CouldNotLook
from .plan_view import IN_CODE
from .scan_view import do
from .scanned import COMPLIANT
from .screen import Screen
from .standards import Named

if TYPE_CHECKING:
    from botocore.model import OperationModel


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which endpoints, and where they are to be seen: in files, or else in an account."""

    ids: Sequence[str]
    files: Sequence[Path]
    profile: str | None
    region: str | None
    endpoint_url: str | None

    def account(self) -> Account:
        """The account to look at; raise CouldNotLook where an option is wrong."""
        endpoint_ids.check(self.ids)
        if not self.files:
            return connect(self.profile, self.region, self.endpoint_url)
        if self.profile or self.endpoint_url:
            raise CouldNotLook("--file asks nobody: --profile and --endpoint-url are of no use", "Leave them out.")
        return account_of(self.files, self.region)


class Reads:
    """The calls that were answered, by name."""

    def __init__(self) -> None:
        """Begin with none."""
        self.names: list[str] = []

    def __call__(self, model: OperationModel, **_: object) -> None:
        """Note one; botocore goes on."""
        self.names.append(model.name)

    def __str__(self) -> str:
        """Say them in the order in which they were first made."""
        counted = Counter(self.names)
        return ", ".join(name if count == 1 else f"{name} ({count} times)" for name, count in counted.items())


@translated()
def ask(screen: Screen, rule: Rule, named: Named, wanted: Wanted) -> Code:
    """Show what the rule says of each endpoint, what was read for that, and how it stands."""
    account, reads = wanted.account(), Reads()
    account.session.events.register("after-call", reads)
    place = IN_FILES if wanted.files else IN_ACCOUNT
    with as_written() if wanted.files else nullcontext():
        code = told(screen, rule, named.standard, account.ec2, wanted.ids, place)
    if named.standard.mode_of(rule.id) is Mode.OFF:
        screen.say("The standard has this rule off: nobody else is told so.", indent=4)
    where = "In the files" if wanted.files else f"In account {account.id}"
    screen.say(f"{where} it read: {reads}.", indent=4)
    return code


def told(
    screen: Screen,
    rule: Rule,
    standard: Standard,
    cloud: Cloud,
    ids: Sequence[str],
    place: tuple[str, str] = IN_ACCOUNT,
) -> Code:
    """Show what the rule says of these endpoints, of all where none are named; a rule that is off is asked too."""
    mode = max(standard.mode_of(rule.id), Mode.NOTIFY)
    asked = standard.with_mode(rule.id, mode)
    return max((_said(screen, rule, one, cloud, asked) for one in _endpoints(cloud, ids, place)), default=Code.OK)


def _endpoints(cloud: Cloud, ids: Sequence[str], place: tuple[str, str]) -> Iterable[Endpoint]:
    if not ids:
        return [one for some in cloud.sweep() for one in some]
    return endpoint_ids.those(ids, cloud.endpoints(ids), place)


def _said(screen: Screen, rule: Rule, endpoint: Endpoint, cloud: Cloud, standard: Standard) -> Code:
    """Show what the rule says of one endpoint."""
    service = short_name(endpoint.service_name, endpoint.home)
    facts = ", ".join(part for part in (endpoint.type_name, service, endpoint.vpc_id, endpoint.state) if part)
    screen.say()
    screen.say(f"It says of {endpoint.key.id} ({facts}):", indent=2)
    try:
        (judged,) = observe(cloud, [endpoint], standard, datetime.now(UTC), rules=(rule,))
    except NotInFiles as error:
        screen.head("    CAN'T TELL", error.what)
        screen.say(error.do, indent=6)
        return Code.NOT_LOOKED
    for finding in judged.findings:
        _finding(screen, endpoint, finding, never(endpoint, standard))
        patch = patch_of(endpoint, finding, managing_tool(endpoint, standard))
        if patch:
            screen.say(f"{IN_CODE}:", indent=6)
            screen.command(patch, indent=8)
    return Code.OK if all(one.verdict in COMPLIANT for one in judged.findings) else Code.OPEN


def _finding(screen: Screen, endpoint: Endpoint, finding: Finding, held: str) -> None:
    kind = f"{finding.code}, {finding.severity.name.lower()}" if finding.code else ""
    screen.head(f"    {finding.verdict.value}", kind)
    evidence = {name: value for name, value in mapping(finding.evidence).items() if not nested(value)}
    facts = [f"{name}: {readable(value)}" for name, value in evidence.items()]
    for line in (sentence(finding.message), *facts, *do(finding, held)):
        if line:
            screen.say(line, indent=6)
    if finding.fix and not held:
        screen.command(as_command(endpoint.key, (finding.fix,)), indent=6)
