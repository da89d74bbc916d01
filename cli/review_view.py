"""A review for people: a table by money and what could be saved on a terminal, a line for each endpoint in a pipe."""

from __future__ import annotations

from collections import Counter

from rich import box
from rich.table import Table
from rich.text import Text

from warden.model import Verdict
from warden.patch import patch_of
from warden.plain import sentence
from warden.policy.services import short_name
from warden.prices import GB
from warden.review.reviewed import ON_USE, Reviewed
from warden.review.telling import summary_of
from warden.review.words import NOT_KNOWN

from .found_view import show_blind, verdicts_of
from .reviewed import Review
from .screen import Screen, clean


def show(screen: Screen, review: Review) -> None:
    """Show the review."""
    screen.note(f"Judged by {review.scan.standard}; use of {review.days} days by CloudWatch.")
    if screen.is_terminal:
        _table(screen, review)
        for one in review.endpoints:
            _savings(screen, one, review.seen[one.seen.endpoint.key].tool)
    else:
        for one in review.endpoints:
            screen.row(*_row(one))
    for why, count in Counter(one.why_no_use for one in review.endpoints if one.use is None).items():
        screen.note(f"Use not known (?) of {count} {'endpoint' if count == 1 else 'endpoints'}: {why}.")
    show_blind(screen, review.scan)
    screen.note(summary(review), style="bold")


def summary(review: Review) -> str:
    """Say what there is, what it costs, and what could be saved."""
    scan = review.scan
    seen = " that could be seen" if scan.blind and not review.endpoints else ""
    return summary_of(review.total, scan.verdicts, scan.account, f"{scan.where}{seen}")


def _table(screen: Screen, review: Review) -> None:
    if not review.endpoints:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_lines=False)
    table.add_column("Endpoint", no_wrap=True)
    table.add_column("Service", overflow="fold")
    for title in ("Zones", "USD/month", "GB", "Could save"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Open", no_wrap=True)
    for one in review.endpoints:
        endpoint = one.seen.endpoint
        table.add_row(
            Text(clean(endpoint.key.id)),
            Text(clean(_service(one))),
            str(len(endpoint.subnet_ids)),
            _money(one.cost),
            NOT_KNOWN if one.use is None else f"{one.use.moved / GB:,.3f}",
            _money(one.saving) if one.saving else "",
            verdicts_of(one.open, "nothing"),
        )
    screen.out.print(table)


def _savings(screen: Screen, one: Reviewed, tool: str) -> None:
    """What the rules on use tell of an endpoint, and how it would be mended; the others' findings, a scan shows."""
    for finding in one.open:
        if finding.rule in ON_USE and finding.verdict is Verdict.BREACH:
            endpoint = one.seen.endpoint
            screen.head(finding.rule, f"{endpoint.key.id} {_service(one)}")
            screen.say(sentence(finding.message), indent=4)
            screen.say(sentence(finding.advice), indent=4)
            patch = patch_of(endpoint, finding, tool)
            if patch:
                screen.command(patch, indent=6)


def _row(one: Reviewed) -> tuple[str, ...]:
    endpoint = one.seen.endpoint
    return (
        endpoint.key.region,
        endpoint.key.id,
        endpoint.type_name,
        _service(one),
        endpoint.vpc_id,
        str(len(endpoint.subnet_ids)),
        _money(one.cost),
        NOT_KNOWN if one.use is None else str(one.use.moved),
        _money(one.saving),
        " ".join(f"{finding.verdict.value}:{finding.rule}" for finding in one.open),
    )


def _money(amount: float | None) -> str:
    return NOT_KNOWN if amount is None else f"{amount:.2f}"


def _service(one: Reviewed) -> str:
    endpoint = one.seen.endpoint
    return short_name(endpoint.service_name, endpoint.home) or "-"
