"""docs/peers.csv: each check of the field has its counterpart here, or a reason; and what they get wrong has a test."""

import ast
import csv
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builders import FULL_ACCESS, KEY, NOW, endpoint, standard
from fakes import FakeCloud
from warden.model import Verdict
from warden.observe import observe
from warden.rules import EVERY_RULE

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "docs" / "peers.csv"
COLUMNS = ("tool", "id", "decides", "rule", "test", "why_not", "source")
RULES = {rule.id for rule in EVERY_RULE}
OURS_ALONE = {
    "approved-service", "duplicate", "gateway-instead", "gateway-missing", "network-activity-logged",
    "service-connections", "service-dns", "service-notification", "stuck", "underused", "zones-beyond-need",
}  # fmt: skip
"""Rules that no other tool has."""
DEFECTS = {
    "ec2messages is taken for ec2": (
        "tests/rules/test_approved_service.py::test_not_approved[ec2 is not ec2messages]",
        "tests/rules/test_required_endpoints.py::test_ec2_is_not_ec2messages[ec2 is not ec2messages]",
    ),
    "one good endpoint makes a VPC compliant": (
        "tests/test_peers.py::test_one_good_endpoint_does_not_vouch_for_its_neighbour",
        "tests/rules/test_required_endpoints.py::test_one_good_endpoint_does_not_make_the_vpc_compliant",
    ),
    "the last principal's verdict overwrites all": (
        "tests/rules/test_identity_perimeter.py::test_each_principal_counts_whatever_their_order",
        "tests/rules/test_service_principals.py::test_the_last_principals_verdict_overwrites_no_other",
    ),
    "third parties' services are flagged": (
        "tests/rules/test_approved_owner.py::test_a_third_partys_service_that_is_known_is_not_flagged",
        "tests/rules/test_endpoint_policy.py::test_never_guesses[another account's service]",
        "tests/test_provider.py::test_services_of_others_are_never_judged",
    ),
    "idle endpoints are skipped for want of data": (
        "tests/rules/test_unused.py::test_idle_endpoints_are_not_skipped_for_want_of_data_points",
    ),
    "deny statements are read as allow": (
        "tests/rules/test_endpoint_policy.py::test_anything_narrower_passes[a deny]",
        "tests/rules/test_identity_perimeter.py::test_a_deny_for_everyone_lets_nobody_in",
    ),
    "services without policy support fail for ever": (
        "tests/rules/test_endpoint_policy.py::test_never_guesses[takes no policy]",
    ),
    "an id or a longer name is taken for a service": (
        "tests/rules/test_required_endpoints.py::test_an_id_with_ec2_in_it_is_not_ec2[at its end]",
        "tests/rules/test_required_endpoints.py::test_an_id_with_ec2_in_it_is_not_ec2[within]",
        "tests/rules/test_required_endpoints.py::test_ec2_is_not_ec2messages[ssm is not ssmmessages]",
    ),
    "an endpoint that serves nobody counts": (
        "tests/rules/test_required_endpoints.py::test_what_does_not_count[rejected]",
        "tests/rules/test_required_endpoints.py::test_what_does_not_count[failed]",
        "tests/rules/test_required_endpoints.py::test_what_does_not_count[private DNS off]",
        "tests/rules/test_required_endpoints.py::test_what_may_count_is_unknown[not accepted yet]",
    ),
    "an endpoint of the FIPS variant does not count": (
        "tests/rules/test_required_endpoints.py::test_names_are_found[FIPS counts]",
    ),
    "a VPC that another account shares lacks everything": (
        "tests/rules/test_required_endpoints.py::test_a_vpc_of_another_account_is_never_missing_anything",
    ),
    "every VPC lacks everything": ("tests/rules/test_required_endpoints.py::test_names_are_found[plain]",),
    "a gateway endpoint in no route table serves the VPC": (
        "tests/rules/test_required_endpoints.py::test_a_gateway_endpoint_covers_subnets[on no table]",
    ),
    "the default policy is known by its letters": (
        "tests/rules/test_endpoint_policy.py::test_full_access_in_any_spelling[2012]",
        "tests/rules/test_endpoint_policy.py::test_full_access_in_any_spelling[one object, indented]",
    ),
    "all actions of the one service there is are a limit": (
        "tests/rules/test_endpoint_policy.py::test_full_access_in_any_spelling[all actions of the service]",
    ),
    "an open policy passes in a private subnet and on a gateway": (
        "tests/rules/test_endpoint_policy.py::test_full_access_is_told_wherever_the_endpoint_stands[private subnets]",
        "tests/rules/test_endpoint_policy.py::test_never_guesses[gateway endpoints take policies]",
    ),
    "a condition that strangers meet is a limit": (
        "tests/rules/test_endpoint_policy.py::test_full_access_in_any_spelling[a condition that always holds]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[through this endpoint]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[from this VPC]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[from no public address]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[all of none]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[to what is ours]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[by a common name]",
    ),
    "a condition is not read": (
        "tests/rules/test_endpoint_policy.py::test_anything_narrower_passes[condition]",
        "tests/rules/test_identity_perimeter.py::test_closed_is_proved[our organisation]",
    ),
    "our account's number anywhere makes a stranger one of us": (
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[a namesake in a condition]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[a namesake]",
    ),
    "a stranger by number alone is not seen": (
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[a bare account id]",
    ),
    "a second account of ours is a stranger": (
        "tests/rules/test_identity_perimeter.py::test_closed_is_proved[both accounts of ours]",
    ),
    "a policy or principal of another form ends the check": (
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[one statement in no list]",
        "tests/rules/test_identity_perimeter.py::test_what_only_looks_like_a_limit_is_none[all but ours]",
        "tests/rules/test_identity_perimeter.py::test_never_guesses[a unique id]",
        "tests/rules/test_service_principals.py::test_known[a service of the registry]",
        "tests/rules/test_service_principals.py::test_unknown[a role that was deleted]",
    ),
    "groups that endpoints bear may be open to all": (
        "tests/rules/test_security_group.py::test_whom_everybody_may_reach_is_told[0.0.0.0/0]",
    ),
}
"""What is known to be wrong in other tools, and the tests that show it right here."""


def rows() -> list[dict[str, str]]:
    """Every check of the file."""
    with PEERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(found: list[dict[str, str]]) -> list[object]:
    """The same as cases of a test."""
    return [pytest.param(row, id=f"{row['tool']}: {row['id']}") for row in found]


def missing(node: str) -> str:
    """Why a test such as "tests/test_x.py::test_y[its case]" is not there; "" where it is."""
    found = re.fullmatch(r"(tests/[\w/]+\.py)::(test_\w+)(?:\[(.+)\])?", node)
    if not found:
        return "it names no test"
    path, name, case = found.groups()
    if not (ROOT / path).is_file():
        return f"there is no {path}"
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    tests = {item.name: item for item in tree.body if isinstance(item, ast.FunctionDef)}
    if name not in tests:
        return f"{path} has no {name}"
    ids = {
        ast.literal_eval(word.value)
        for decorator in tests[name].decorator_list
        for word in ast.walk(decorator)
        if isinstance(word, ast.keyword) and word.arg == "id"
    }
    return "" if case is None or case in ids else f"{name} has no case {case!r}"


def test_the_columns_are_known() -> None:
    """Each row has all of them, and no check stands twice."""
    found = rows()
    assert all(tuple(row) == COLUMNS and None not in row.values() for row in found)
    keys = [(row["tool"], row["id"]) for row in found]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("row", named(rows()))
def test_each_check_has_a_rule_or_a_reason(row: dict[str, str]) -> None:
    """Never both, never neither; and a reader can look up what is said of it."""
    assert bool(row["rule"]) != bool(row["why_not"])
    assert row["tool"]
    assert row["decides"]
    assert urlsplit(row["source"]).scheme == "https"


@pytest.mark.parametrize("row", named([row for row in rows() if row["rule"]]))
def test_each_rule_named_is_there_and_tested(row: dict[str, str]) -> None:
    """By a test that shows it."""
    assert row["rule"] in RULES
    assert missing(row["test"]) == ""


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_is_matched_or_ours_alone(rule: str) -> None:
    """What nobody else has is said to be so, which the next new row may end."""
    assert (rule in {row["rule"] for row in rows()}) != (rule in OURS_ALONE)


@pytest.mark.parametrize("tests", [pytest.param(tests, id=what) for what, tests in DEFECTS.items()])
def test_each_defect_of_theirs_is_tested_here(tests: tuple[str, ...]) -> None:
    """By name: a test that is renamed or dropped shows."""
    assert [missing(test) for test in tests] == [""] * len(tests)


@pytest.mark.parametrize(
    "node",
    [
        pytest.param("", id="nothing"),
        pytest.param("tests/test_peers.py", id="a file alone"),
        pytest.param("tests/test_nowhere.py::test_x", id="no file"),
        pytest.param("tests/test_peers.py::test_nothing", id="no test"),
        pytest.param("tests/test_peers.py::test_a_test_that_is_not_there_shows[else]", id="no case"),
    ],
)
def test_a_test_that_is_not_there_shows(node: str) -> None:
    """The check of the file can fail."""
    assert missing(node)


def test_one_good_endpoint_does_not_vouch_for_its_neighbour() -> None:
    """Two endpoints of one service in one VPC: the open one is told, in whatever order they come."""
    good = endpoint()
    bad = replace(endpoint(policy=FULL_ACCESS), key=replace(KEY, id="vpce-0fedcba9876543210"))
    for order in ([good, bad], [bad, good]):
        judged = observe(FakeCloud.of(*order), order, standard(), NOW)
        verdicts = {
            one.seen.endpoint.key.id: finding.verdict
            for one in judged
            for finding in one.findings
            if finding.rule == "endpoint-policy"
        }
        assert verdicts == {good.key.id: Verdict.PASS, bad.key.id: Verdict.BREACH}
