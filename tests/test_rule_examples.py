"""The example of each rule: there, a breach, and whole in what people are shown of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docs import generate
from docs.examples import made, shown
from docs.examples.made import Example
from warden.model import Kind, Verdict
from warden.plain import sentence
from warden.rules import EVERY_RULE, RULES
from warden.rules.multi_az import multi_az
from warden.rules.rule import AnyRule, Rule, SubjectRule

EACH = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
EVERY = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in EVERY_RULE])


@EVERY
def test_every_rule_has_an_example_of_a_breach(rule: AnyRule) -> None:
    """Written in docs/examples, the first of them shown; its page has the message, the code and what to do."""
    page = "\n".join(shown.lines_of(rule))
    finding = shown.finding_of(rule, made.of(rule)[0])
    assert finding.verdict is Verdict.BREACH
    for part in (f"> {sentence(finding.message)}\n", f"`{finding.code}`", finding.advice, str(finding.fix or "")):
        assert part in page


@EACH
def test_every_example_is_of_a_kind_that_the_rule_judges(rule: Rule) -> None:
    """One that is known."""
    for example in made.of(rule):
        assert example.seen.endpoint.kind in rule.applies_to - {Kind.UNSUPPORTED}


@EVERY
def test_every_example_says_what_is_the_matter(rule: AnyRule) -> None:
    """In a sentence."""
    assert all(example.words.endswith(".") for example in made.of(rule))


@EVERY
def test_the_page_has_every_setting_and_what_is_read(rule: Rule | SubjectRule[Any]) -> None:
    """Under the rule's own title."""
    section = generate.section(rule)
    assert "Reads" in section
    assert all(f"\n- `{key.name} = " in section for key in rule.settings.known())


def test_a_rule_without_example_is_told_what_to_write() -> None:
    """The file by its name, and where it says how."""
    with pytest.raises(AssertionError, match=r"write docs/examples/new_rule\.py, as docs/examples/__init__\.py says"):
        made.of(replace(multi_az, id="new-rule"))


def test_an_example_that_lacks_what_the_rule_reads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of what is missing."""
    lacking = Example("It stands alone.", made.seen(subnet_ids=()))
    with pytest.raises(AssertionError, match="an example of multi-az lacks subnets, which the rule reads"):
        shown.finding_of(multi_az, lacking)
    monkeypatch.setattr("docs.examples.multi_az.EXAMPLES", (lacking,))
    with pytest.raises(AssertionError, match="lacks subnets"):
        list(shown.lines_of(multi_az))


@pytest.mark.parametrize(
    ("examples", "says"),
    [
        ((), "EXAMPLES of multi-az are empty"),
        ((Example("All is well.", made.seen()),), "the first example of multi-az is no breach: PASS"),
    ],
    ids=["none", "no breach"],
)
def test_a_first_example_must_be_a_breach(
    monkeypatch: pytest.MonkeyPatch, examples: tuple[Example, ...], says: str
) -> None:
    """Or there is nothing to be shown."""
    monkeypatch.setattr("docs.examples.multi_az.EXAMPLES", examples)
    with pytest.raises(AssertionError, match=says):
        list(shown.lines_of(multi_az))


def test_the_letter_is_shortened() -> None:
    """Only what is the finding's own, and no line longer than a screen."""
    lines = list(shown.lines_of(multi_az))
    letter = lines[lines.index("```text") + 1 :]
    assert max(map(len, letter)) <= shown.LONGEST
    assert letter[0].startswith("[HIGH] would fix: ")
    assert not {"UNDO", "LINKS"} & set(letter)
