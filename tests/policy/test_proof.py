"""Random policies: each witness is allowed, and no request from outside passes a policy that is called closed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.grammar import POLICIES, SERVICES, Requests, drawn, here, many, policies
from warden.policy.document import parse
from warden.policy.evaluate import Effect, evaluate
from warden.policy.reach import Verdict, reach

REQUESTS = 100
MOST_UNKNOWN = 0.02


@pytest.mark.parametrize("service", SERVICES)
@many(POLICIES)
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_no_request_gets_through_what_is_closed(service: str, data: st.DataObject, seed: int) -> None:
    """And what is open has a request that does; both by the exact evaluator."""
    context = here(service)
    document = parse(data.draw(policies(service)))
    found = reach(document, context)
    requests = Requests(Random(seed), document, context)
    for answer, outsiders in ((found.identities, True), (found.resources, False)):
        assert "disagree" not in answer.why
        if answer.verdict is Verdict.CLOSED:
            for request in requests.some(REQUESTS, outsiders=outsiders, foreign=not outsiders):
                decision = evaluate(document, request, gateway=context.gateway)
                assert decision.effect not in {Effect.ALLOW, Effect.UNKNOWN}, request
        elif answer.verdict is Verdict.OPEN:
            assert answer.witness
            assert evaluate(document, answer.witness, gateway=context.gateway).effect is Effect.ALLOW


def test_few_policies_end_as_unknown() -> None:
    """Of those that say only what AWS documents."""
    answers = [reach(parse(text), here(service)) for service in SERVICES for text in drawn(service, POLICIES // 4)]
    unknown = [one for one in answers if Verdict.UNKNOWN in {one.identities.verdict, one.resources.verdict}]
    assert len(answers) > POLICIES // 2
    assert len(unknown) <= MOST_UNKNOWN * len(answers)


def test_random_requests_find_what_is_open() -> None:
    """They are none that could find nothing: most policies that are open, some of these requests pass, too."""
    opened = found = 0
    for service in SERVICES:
        context = here(service)
        for seed, document in enumerate(map(parse, drawn(service, 60))):
            if reach(document, context).identities.verdict is Verdict.OPEN:
                requests = Requests(Random(seed), document, context).some(5 * REQUESTS, outsiders=True, foreign=False)
                effects = (evaluate(document, one, gateway=context.gateway).effect for one in requests)
                opened += 1
                found += Effect.ALLOW in effects
    assert opened > 50
    assert found > 0.6 * opened
