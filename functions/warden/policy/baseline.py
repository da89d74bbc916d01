"""The policy that the standard wants on an endpoint; pure.

It allows our identities to our resources, AWS's own service calls, and what the service needs beyond.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from ..model import Endpoint
from ..standard import Baseline, Standard
from .services import partition

_AWS_SERVICES: Final = {
    "Sid": "AwsServices",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}},
}


def document_for(endpoint: Endpoint, baseline: Baseline, standard: Standard) -> str | None:
    """The baseline as compact JSON, or None where the standard does not name the organisation or accounts it needs."""
    statements = _perimeter(standard)
    nameless = not standard.organisation and "{organisation}" in repr(baseline.statements)
    if not statements or nameless:
        return None
    fill = {"region": endpoint.key.region, "account": endpoint.key.account, "partition": partition(endpoint.key.region)}
    if standard.organisation:
        fill["organisation"] = standard.organisation
    extra = [_filled(statement, fill) for statement in baseline.statements]
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [*statements, _AWS_SERVICES, *extra]}, separators=(",", ":")
    )


def _perimeter(standard: Standard) -> list[Mapping[str, object]]:
    """One statement for each pair of "who" and "whose": keys within one condition block would have to hold together."""
    who: list[dict[str, object]] = []
    whose: list[dict[str, object]] = []
    if standard.organisation:
        who.append({"aws:PrincipalOrgID": standard.organisation})
        whose.append({"aws:ResourceOrgID": standard.organisation})
    if standard.accounts:
        who.append({"aws:PrincipalAccount": list(standard.accounts)})
        whose.append({"aws:ResourceAccount": list(standard.accounts)})
    pairs = [identity | resource for identity in who for resource in whose]
    return [
        {
            "Sid": f"OurIdentitiesToOurResources{place or ''}",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": keys},
        }
        for place, keys in enumerate(pairs)
    ]


def _filled(value: object, fill: Mapping[str, str]) -> object:
    """The same value with {region}, {account}, {partition} and {organisation} put in; ${...} stays as it is."""
    if isinstance(value, str):
        for name, word in fill.items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, Mapping):
        return {name: _filled(item, fill) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, fill) for item in value]
    return value
