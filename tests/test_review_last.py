"""What is remembered of a review: as small as DynamoDB needs it, and the last word of rules that wait."""

from __future__ import annotations

import random
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from builders import ACCOUNT, NOW, REGION, A, B, endpoint, snapshot
from warden.ledger import PART
from warden.model import WAITS, EndpointKey, Finding, Severity, Verdict
from warden.review.last import NAME, Kept, Last, packed, to_keep, unpacked
from warden.review.reviewed import Reviewed, Total, reviewed, total_of
from warden.use import Use

usd = st.none() | st.floats(0, 1e6)
kept = st.builds(Kept, st.text(), st.text(), usd, usd, st.dictionaries(st.text(), st.text()))


def one(number: int = 1, *findings: Finding, **facts: Any) -> Reviewed:
    """An endpoint of this number, with what the rules say."""
    key = EndpointKey(ACCOUNT, REGION, f"vpce-{number:017x}")
    return reviewed(snapshot(key=key, **facts), findings)


def said(rule: str, verdict: Verdict, code: str = "") -> Finding:
    return Finding(rule, verdict, Severity.LOW, code, "so it is")


@given(st.dictionaries(st.text(), kept), st.builds(Total, st.integers(0), usd, usd, st.integers(0)))
def test_a_review_comes_back_as_it_was(endpoints: dict[str, Kept], total: Total) -> None:
    """Whatever names and sums there are."""
    assert unpacked(packed(Last(NOW, total, endpoints))) == Last(NOW, total, endpoints)


def test_what_is_kept() -> None:
    """To the cent, with what names the endpoint once it is gone; what passes is not kept."""
    found = one(
        1,
        said("multi-az", Verdict.BREACH),
        said("private-dns", Verdict.UNKNOWN),
        said("required-tags", Verdict.PASS),
        said("stuck", Verdict.NOT_APPLICABLE),
        tags={"Name": "n" * 300},
        use=Use(NOW.replace(day=1, month=2), NOW, 2**31),
        subnet_ids=(A.id, B.id),
    )
    last = to_keep([found], None, NOW)
    opened = {"multi-az": "BREACH", "private-dns": "UNKNOWN"}
    assert last.endpoints == {found.seen.endpoint.key.id: Kept("kms", "n" * NAME, 14.6, 0.02, opened)}
    assert (last.at, last.total) == (NOW, total_of([found]))


def test_of_a_rule_that_waits_the_last_word_stands() -> None:
    """An endpoint that is pending for a while is not found bad anew afterwards; what never was said is not made up."""
    waiting = one(1, said("multi-az", Verdict.UNKNOWN, WAITS), said("private-dns", Verdict.UNKNOWN, WAITS))
    before = to_keep([one(1, said("multi-az", Verdict.BREACH), said("unused", Verdict.BREACH))], None, NOW)
    (after,) = to_keep([waiting], before, NOW).endpoints.values()
    assert after.open == {"multi-az": "BREACH"}
    assert to_keep([waiting], None, NOW).endpoints[waiting.seen.endpoint.key.id].open == {}


def test_ten_thousand_endpoints_fit_into_one_item() -> None:
    """With ids, names and costs that have nothing in common, and something open at each."""
    drawn = random.Random(4)
    rules = [said(rule, Verdict.BREACH) for rule in ("multi-az", "endpoint-policy", "unused", "required-tags")]
    found = [
        Reviewed(
            snapshot(
                key=EndpointKey(ACCOUNT, REGION, f"vpce-{drawn.getrandbits(68):017x}"),
                tags={"Name": f"team-{drawn.randrange(300)}-{drawn.choice(('prod', 'dev'))}-{place}"},
            ),
            tuple(drawn.sample(rules, 2)),
            7.3 * drawn.randrange(1, 4),
            round(drawn.expovariate(0.1), 2),
        )
        for place in range(10_000)
    ]
    assert len(packed(to_keep(found, None, NOW))) <= PART


def test_what_leads_to_no_service_is_known_by_where_it_leads() -> None:
    """Endpoints of resources and service networks have no service."""
    arn = f"arn:aws:vpc-lattice:{REGION}:{ACCOUNT}:servicenetwork/sn-0123456789abcdef0"
    found = reviewed(snapshot(**vars_of(type_name="ServiceNetwork", service_name="", leads_to=arn)), ())
    (last,) = to_keep([found], None, NOW).endpoints.values()
    assert (last.service, last.cost) == (arn, 0)


def vars_of(**facts: Any) -> dict[str, Any]:
    return {"endpoint": endpoint(**facts), "service": None}
