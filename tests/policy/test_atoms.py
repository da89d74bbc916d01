"""Patterns, and texts that stand for all: held against every text of a small alphabet."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warden.policy.atoms import Budget, Chars, Tokens, TooHard, atoms, literal, of_arn_glob, of_glob, of_these, times
from warden.policy.glob import ANY_ONE, Glob, arn_glob, glob

LETTERS: Final = "ab:"
ALPHABET: Final[Chars] = of_these(LETTERS)
TEXTS: Final = ["".join(one) for size in range(7) for one in product(LETTERS, repeat=size)]
PLENTY: Final = 10**6
SHAPES: Final[dict[str, tuple[Tokens, str]]] = {
    "any": (times(ALPHABET, 1, more=True), f"[{LETTERS}]+"),
    "two parts": ((*times(ALPHABET, 2), ":", *times(ALPHABET, 1, more=True)), f"[{LETTERS}]{{2}}:[{LETTERS}]+"),
    "one text": (literal("ab"), "ab"),
}
PATTERNS = st.lists(st.text("ab:*?", min_size=1, max_size=4), max_size=4)


@given(PATTERNS, st.sampled_from(sorted(SHAPES)))
def test_each_combination_that_can_be_met_has_a_shortest_text(patterns: list[str], name: str) -> None:
    """None is missed, and what an atom says that it meets, it meets."""
    shape, regex = SHAPES[name]
    globs = [glob(one) for one in patterns]
    found = list(atoms(shape, [of_glob(one) for one in globs], Budget(PLENTY)))
    assert len({atom.met for atom in found}) == len(found)
    for atom in found:
        assert atom.met == _met(globs, atom.text)
        assert re.fullmatch(regex, atom.text)
    by_combination = {atom.met: atom.text for atom in found}
    for text in TEXTS:
        if re.fullmatch(regex, text):
            assert len(by_combination[_met(globs, text)]) <= len(text)


def _met(globs: list[Glob], text: str) -> int:
    return sum(1 << place for place, one in enumerate(globs) if one.matches(text))


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=8))
def test_globs_are_regular_expressions(pattern: str, text: str) -> None:
    """`*` is any run of characters, `?` is any one.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    regex = "".join({"*": ".*", "?": "."}.get(one, one) for one in pattern)
    assert glob(pattern).matches(text) is bool(re.fullmatch(regex, text))


@pytest.mark.parametrize(
    ("pattern", "text", "like", "arn"),
    [
        ("arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/a/b", True, True),
        # A star of StringLike spans colons, and a role's path may have them
        ("arn:aws:*:111122223333:*", "arn:aws:iam::999988887777:role/:111122223333:/x", True, None),
        ("arn:aws:*::111122223333:*", "arn:aws:iam::999988887777:role/::111122223333:x", True, False),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", True, True),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::1:2:role/x", True, False),
        ("arn:aws:iam::1:role/a:*", "arn:aws:iam::1:role/a:b:c", True, True),
        ("*", "arn:aws:iam::1:role/a", True, None),
    ],
)
def test_stars_in_arns(pattern: str, text: str, *, like: bool, arn: bool | None) -> None:
    """ArnLike compares six parts one by one; None where the pattern does not have six.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    assert glob(pattern).matches(text) is like
    as_arn = arn_glob(glob(pattern))
    assert (as_arn.matches(text) if as_arn else None) is arn
    if as_arn:
        (atom,) = (one for one in atoms(literal(text), [of_arn_glob(as_arn)], Budget(PLENTY)))
        assert bool(atom.met) is arn


def test_what_stands_for_question_marks_is_in_no_text() -> None:
    """A policy with this character is refused."""
    assert glob("a?b").runs == (f"a{ANY_ONE}b",)


def test_work_has_a_limit() -> None:
    """Beyond it there is no answer, rather than a wrong one."""
    hard = [of_glob(glob(f"*a{'?' * place}")) for place in range(20)]
    with pytest.raises(TooHard):
        list(atoms(times(ALPHABET, 1, more=True), hard, Budget(1_000)))
