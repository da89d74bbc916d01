"""What is found in a policy by `warden policy check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warden.policy.breadth import is_default, is_full_access, wildcard_statements
from warden.policy.context import Context
from warden.policy.document import Document, Malformed, parse
from warden.policy.lint import lint
from warden.policy.needs import needs
from warden.policy.perimeter import Perimeter
from warden.policy.place import located, named
from warden.policy.placeholders import Place
from warden.policy.proof import without
from warden.policy.reach import Answer, Reach, Verdict, reach, reach_of
from warden.policy.remark import Kind, Remark
from warden.policy.words import as_json as request_json
from warden.policy.words import sentence

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """One policy, and all that is found in it; `document` is None where it is no policy."""

    text: str
    context: Context
    reach: Reach
    beside: Reach
    """What it lets through beside what the service needs."""
    document: Document | None
    full_access: bool
    remarks: tuple[Remark, ...]

    @property
    def good(self) -> bool:
        """Whether it is proved closed but for what the service needs, with no remark that is more than a hint."""
        closed = {self.beside.identities.verdict, self.beside.resources.verdict} == {Verdict.CLOSED}
        return closed and not any(one.kind in {Kind.REFUSED, Kind.OUTAGE, Kind.LEAK} for one in self.remarks)

    def at(self, remark: Remark) -> str:
        """Where in the file a remark belongs."""
        line, column = located(self.text, remark.path)
        return f"line {line} column {column}"


def check(text: str, context: Context) -> Checked:
    """Look at one policy from every side."""
    try:
        document = parse(text)
    except Malformed:
        none = reach_of(text, context)
        return Checked(text, context, none, none, None, full_access=False, remarks=())
    full, found = is_full_access(document, context), reach(document, context)
    beside = found
    if not full and Verdict.OPEN in {found.identities.verdict, found.resources.verdict}:
        perimeter = perimeter_for(context)
        place = Place(context.region, context.account, context.organisation)
        needed = [one for need in needs(context.service.prefix) for one in need.statements(perimeter, place)]
        beside = reach(without(document, needed), context)
    return Checked(text, context, found, beside, document, full, lint(document, context))


def perimeter_for(context: Context) -> Perimeter:
    """Who is ours by a context: the organisation; without one, the accounts."""
    return Perimeter(context.organisation, () if context.organisation else tuple(sorted(context.accounts)))


def as_case(found: Checked) -> Json:
    """For programs, the same for each policy of a file of cases."""
    answers = {"external_principals": found.reach.identities, "external_resources": found.reach.resources}
    valid = found.document is not None
    verdicts = {name: answer.verdict.value if valid else "invalid" for name, answer in answers.items()}
    reasons = dict.fromkeys(answer.why for answer in answers.values() if answer.verdict is Verdict.UNKNOWN)
    return {
        "valid": valid,
        "default_full_access": is_default(found.document, found.context) if found.document else None,
        **verdicts,
        "wildcard_actions": bool(wildcard_statements(found.document)) if found.document else None,
        "unknown_because": "; ".join(reasons) or None,
        "witness": {name: _witness(answer, found.context) for name, answer in answers.items()},
    }


def as_json(found: Checked) -> Json:
    """For programs, all there is."""
    invalid = found.reach.invalid
    error = invalid and {
        "message": invalid.why,
        "path": named(invalid.path),
        "line": invalid.line,
        "column": invalid.column,
    }
    return {
        "schema": "endpoint-warden/policy-check/1",
        **as_case(found),
        "full_access": found.full_access,
        "beside_what_the_service_needs": {
            "external_principals": found.beside.identities.verdict.value,
            "external_resources": found.beside.resources.verdict.value,
        },
        "error": error,
        "remarks": [_remark(found, one) for one in found.remarks],
    }


def _remark(found: Checked, remark: Remark) -> Json:
    line, column = located(found.text, remark.path)
    place = {"path": named(remark.path), "line": line, "column": column}
    return {"kind": remark.kind.value, "code": remark.code, "message": remark.message, **place}


def _witness(answer: Answer, context: Context) -> Json | None:
    if answer.witness is None:
        return None
    return {
        "words": sentence(answer.witness, context),
        "statements": [statement.name for statement in answer.statements],
        "only_aws_owned": answer.only_awss,
        "request": request_json(answer.witness),
    }
