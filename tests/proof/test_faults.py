"""The faults that are put into the engine: each kind is made, in its place, and nothing else is changed."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from proof.faults import Fault, faults, with_fault


def changes(source: str) -> list[str]:
    return [one.change for one in faults("m", dedent(source))]


def function(*lines: str, returns: str = "") -> str:
    """A function of these lines."""
    arrow = f" -> {returns}" if returns else ""
    return "\n".join([f"def f(a, b){arrow}:", *(f"    {line}" for line in lines)])


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("g(a == b)", ["a == b -> a != b"]),
        ("g(a != b)", ["a != b -> a == b"]),
        ("g(a < b)", ["a < b -> a <= b"]),
        ("g(a <= b < 2)", ["a <= b < 2 -> a < b < 2", "a <= b < 2 -> a <= b <= 2", "2 -> 3"]),
        ("g(a > b)", ["a > b -> a >= b"]),
        ("g(a in b)", ["a in b -> a not in b"]),
        ("g(a is not b)", ["a is not b -> a is b"]),
        ("g(a and b)", ["a and b -> a or b", "a and b -> b", "a and b -> a"]),
        ("g(a or b or 1)", ["a or b or 1 -> a and b and 1", "a or b or 1 -> b or 1", "1 -> 0"]),
        ("g(not a)", ["not a -> a"]),
        ("g(a + b)", ["a + b -> a - b"]),
        ("g(a & ~b)", ["a & ~b -> a | ~b", "~b -> b"]),
        ("g(a << 0)", ["a << 0 -> a >> 0", "0 -> 1"]),
        ("g(True, 'x', '')", ["True -> False", "'x' -> 'xx'", "'' -> 'x'"]),
        ("g(any(a))", ["any(a) -> all(a)"]),
        ("g(all_true(a))", ["all_true(a) -> any_true(a)"]),
        ("g(a, gateway=b)", ["g(a, gateway=b) -> g(a)"]),
        ("g(1 if a else b)", ["a -> True", "a -> False"]),
        ("g([c for c in b if c])", ["c -> True", "c -> False"]),
    ],
)
def test_expressions(line: str, wanted: list[str]) -> None:
    """Comparisons, words, constants, arithmetic, arguments and conditions."""
    found = changes(function(line))
    assert set(wanted) <= set(found)
    assert f"{line} -> pass" in found


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["if a:", "    g()"], ["a -> True", "a -> False", "g() -> pass"]),
        (["while a:", "    continue"], ["a -> True", "a -> False", "continue -> pass"]),
        (["c = a"], ["c = a -> pass"]),
        (["c: int = a"], ["c: int = a -> pass"]),
        (["a += b"], ["a += b -> a -= b", "a += b -> pass"]),
        (["raise a"], ["raise a -> pass"]),
        (["return"], ["return -> pass"]),
        (["yield a"], ["yield a -> pass"]),
        (["return a"], ["a -> None"]),
        (["match a:", "    case 1: g()", "    case _: g()"], ["1 -> 0"]),
    ],
)
def test_statements(lines: list[str], wanted: list[str]) -> None:
    """Removed, decided otherwise, returned as nothing."""
    assert set(wanted) <= set(changes(function(*lines)))


def test_what_is_told_as_a_truth_is_told_the_other_way_round() -> None:
    """By the function's annotation."""
    assert changes(function("return g(a)", returns="bool")) == ["g(a) -> None", "g(a) -> not g(a)"]
    assert changes(function("return g(a)", returns="Truth")) == ["g(a) -> None", "g(a) -> not g(a)"]
    assert changes(function("return g(a)", returns="str")) == ["g(a) -> None"]


def test_a_case_is_taken_away() -> None:
    """Each in its turn."""
    found = changes(function("match a:", "    case b.C: g()", "    case _: h()"))
    assert sum(one.startswith("match a:") for one in found) == 2


def test_defaults_are_changed() -> None:
    """Constants as such, names to nothing."""
    assert changes("def f(a=True, b=STEPS, *, c=1): pass") == ["STEPS -> 0", "1 -> 0", "True -> False"]


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "import a",
        "Truth = bool | None",
        "if TYPE_CHECKING:\n    from a import b",
        "def f(a: int | None) -> str | None:\n    '''Say.'''",
        "@lru_cache(maxsize=4096)\ndef f(): ...",
        "class A(B):\n    '''Say.'''\n    a: str\n    '''What a is.'''",
    ],
)
def test_what_is_left_out(source: str) -> None:
    """What no test could tell: texts for people, types, imports."""
    assert [one for one in changes(source) if "..." not in one] == []


def test_sentences_are_left_out() -> None:
    """They have a space in them; a part of a key or an ARN has none."""
    found = changes(function('g("a sentence", f"its end: {a}", f"aws:{b}")'))
    assert [one for one in found if "pass" not in one] == ["'aws:' -> 'aws:x'"]


def test_each_fault_changes_one_place_and_is_known_by_its_own_key() -> None:
    """Twins of one line are numbered."""
    source = function("g(a == b, a == b)", "return a < b")
    made = faults("m", source)
    assert len({one.key for one in made}) == len(made)
    twins = [one.change for one in made if one.change.startswith("a == b")]
    assert twins == ["a == b -> a != b", "a == b -> a != b (2)"]
    texts = {ast.unparse(with_fault(source, one)) for one in made}
    assert len(texts) == len(made)
    assert ast.unparse(ast.parse(source)) not in texts
    for text in texts:
        compile(text, "m", "exec")


def test_a_fault_says_where_it_is() -> None:
    """By class, function and line, and the text of the line."""
    source = "class A:\n    def f(self):\n        return g(1)  # one\n"
    one = next(one for one in faults("m", source) if one.change == "1 -> 0")
    assert (one.module, one.where, one.line, one.source) == ("m", "A.f", 3, "return g(1)  # one")
    assert one.key == Fault("m", "A.f", 99, "return g(1)  # one", "1 -> 0", (), ast.Pass()).key
