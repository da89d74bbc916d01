"""The rules on cost take whatever AWS may tell of endpoints; their words are fit for people, their commands for AWS."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import ACCOUNT, FULL_ACCESS, NARROW, NOW, VPC, A, B, C, snapshot, standard
from commands import commands_of, problems_of
from test_subject_rules_never_crash import OFTEN, endpoints, tables
from warden.model import Breach, Endpoint, Need, NotApplicable, Pass, Snapshot, Unknown
from warden.neighbours import Interface, Vpc
from warden.plain import mapping
from warden.rules.duplicate import duplicate
from warden.rules.gateway_instead import gateway_instead
from warden.rules.rule import Rule
from warden.rules.underused import underused
from warden.rules.unused import unused
from warden.rules.zones_beyond_need import zones_beyond_need
from warden.use import Use

RULES: Final = (unused, underused, duplicate, gateway_instead, zones_beyond_need)
EACH: Final = standard("[rules.unused]\neach_zone = true\n[rules.multi-az]\nmin_zones = 1\n")
policies = st.sampled_from((None, "", "{", "null", FULL_ACCESS, NARROW, " " * 400 + NARROW))
moved = st.sampled_from((0, 1, 2**30, 2**50))
tags = st.dictionaries(st.sampled_from(("Name", "aws:x")), st.sampled_from(("it's", "a b", "$(x)", "")), max_size=2)
interfaces = st.builds(
    Interface,
    st.sampled_from(("eni-1", "eni-2")),
    st.sampled_from((A.id, "subnet-gone", "")),
    st.sampled_from((A.zone_name, C.zone_name, "")),
    st.sampled_from(("interface", "vpc_endpoint", "lambda", "new")),
)


@st.composite
def seen(draw: st.DrawFn) -> Snapshot:
    """An endpoint, and all around it, of which some was not read."""
    here: Endpoint = replace(draw(endpoints), policy=draw(policies), tags=draw(tags))
    days = draw(st.integers(1, 400))
    parts = {subnet: draw(moved) for subnet in here.subnet_ids}
    owner = draw(st.sampled_from((*[ACCOUNT] * OFTEN, "444455556666", "")))
    around = {
        "use": Use(NOW - timedelta(days=days), NOW, sum(parts.values()) + draw(moved)),
        "use_by_subnet": parts,
        "siblings": tuple(
            draw(st.lists(endpoints | st.just(replace(here, key=replace(here.key, id="vpce-0"))), max_size=3))
        ),
        "route_tables": tuple(draw(st.lists(tables, max_size=3))),
        "vpc": Vpc(VPC if owner else "", (), owner),
        "subnets": tuple(draw(st.lists(st.sampled_from((A, B, C)), max_size=3, unique_by=lambda one: one.id))),
        "interfaces": tuple(draw(st.lists(interfaces, max_size=3))),
    }
    unread = draw(st.sets(st.sampled_from(sorted(around)), max_size=draw(st.sampled_from((0, 0, 7)))))
    facts = {name: None if name in unread else value for name, value in around.items()}
    return snapshot(endpoint=here, at=draw(st.sampled_from((*[NOW] * OFTEN, None))), **facts)


@settings(deadline=None, max_examples=300)
@given(seen(), st.sampled_from(RULES), st.sampled_from((standard(""), EACH)))
def test_any_endpoint_can_be_judged(found: Snapshot, rule: Rule, demanded: object) -> None:
    """By each rule, which asks for nothing that was read."""
    judged = rule.judge(found, demanded)  # type: ignore[arg-type]
    match judged:
        case Need():
            assert getattr(found, judged.value) is None
        case Breach():
            assert json.dumps(mapping(judged.evidence))
            assert judged.message
            for words in commands_of(judged.advice):
                assert list(problems_of(words)) == [], words
        case NotApplicable() | Unknown():
            assert judged.why
        case Pass():
            assert judged == Pass()
