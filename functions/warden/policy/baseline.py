"""The policy that the standard wants on an endpoint; pure.

It allows our identities to our resources, AWS's own service calls, and what the service needs beyond.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from __future__ import annotations

from ..model import Snapshot
from ..standard import Baseline, Standard
from .perimeter import Json, Perimeter, inside
from .placeholders import Place, filled
from .tighten import compact


def document_for(seen: Snapshot, baseline: Baseline, standard: Standard) -> str | None:
    """The baseline as compact JSON, or None where the standard does not name the organisation or accounts it needs."""
    perimeter = perimeter_of(standard)
    nameless = not standard.organisation and "{organisation}" in repr(baseline.statements)
    if not perimeter.is_known or nameless:
        return None
    return compact([*inside(perimeter), *exceptions_of(seen, baseline, perimeter)])


def exceptions_of(seen: Snapshot, baseline: Baseline, perimeter: Perimeter) -> list[Json]:
    """The statements beyond the perimeter: what the service needs, and what the standard adds."""
    place = Place(seen.endpoint.home, seen.endpoint.key.account, perimeter.organisation)
    needed = seen.needs if baseline.needs else ()
    shipped = [statement for need in needed for statement in need.statements(perimeter, place)]
    return [*shipped, *(dict(filled(statement, place)) for statement in baseline.statements)]


def perimeter_of(standard: Standard) -> Perimeter:
    """Who is ours by the standard."""
    return Perimeter(standard.organisation or "", standard.accounts)
