"""`python -m proof.simulator`: the evaluator beside an independent one, iam-simulate, on 5,000 requests.

Where the two differ, one of differences.py must tell why, and each of these must come up.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final

from proof.ask import Failed, answers
from proof.differences import DIFFERENCES, Difference, answer, explained
from proof.draws import Drawn, drawn
from warden.policy.evaluate import Effect

REQUESTS: Final = 5_000
MOST_UNKNOWN: Final = 0.03
"""The share of requests of which the evaluator may say that AWS leaves them open."""


def main() -> int:
    """Draw, ask, compare, and print."""
    asked = drawn(REQUESTS)
    try:
        theirs = answers(asked)
    except Failed as error:
        print(f"iam-simulate did not answer: {error}")
        return 1
    return report(asked, theirs)


def report(asked: Sequence[Drawn], theirs: Sequence[Effect]) -> int:
    """Print how the two compare; 1 if a difference is not explained, or something explains none."""
    counted: Counter[Effect] = Counter(map(answer, asked))
    told: list[tuple[Difference, ...]] = []
    wrong: list[str] = []
    for one, other in zip(asked, theirs, strict=True):
        if answer(one) is not other:
            found = explained(one, other)
            told.append(found)
            wrong += [] if found else [f"not explained: {shown(one)}\n    we: {answer(one).value}, they: {other.value}"]
    print(f"{len(asked)} requests: {', '.join(f'{counted[one]} {one.value}' for one in Effect)}")
    print(f"{len(asked) - len(told)} answered alike by iam-simulate; of the other {len(told)}:")
    classes = Counter(one.name for some in told for one in some)
    for each in DIFFERENCES:
        print(f"  {classes[each.name]:3} {each.name}: {each.right}: {each.why}\n      {each.page}")
    several = sum(len(some) > 1 for some in told)
    print(f"  (in {several} of them two or more of these come together, and each is counted)")
    wrong += [f"no longer comes up: {each.name}" for each in DIFFERENCES if not classes[each.name]]
    if len(asked) < REQUESTS:
        wrong.append(f"only {len(asked)} requests were drawn")
    share = counted[Effect.UNKNOWN] / len(asked)
    print(f"{share:.1%} are UNKNOWN to us")
    if share > MOST_UNKNOWN:
        wrong.append(f"more than {MOST_UNKNOWN:.0%} are UNKNOWN")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


def shown(one: Drawn) -> str:
    """The policy and the request, for whoever looks into it."""
    return f"{one.document.text}\n    {one.request} {'on a gateway endpoint' if one.gateway else ''}"


if __name__ == "__main__":
    sys.exit(main())
