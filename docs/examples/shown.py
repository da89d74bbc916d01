"""A rule's example as its page shows it: all that is said of it is what the rule and the letter really say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from warden.accepting import decide_service
from warden.command import as_command
from warden.decide import Gates, decide, judge
from warden.letter import LONG_COMMAND
from warden.model import Finding, Mode, Report, Verdict
from warden.notice import Notice, notice_of
from warden.plain import sentence
from warden.rules import RULES
from warden.rules.rule import AnyRule
from warden.subjects import ServiceSeen

from .beside import judged
from .made import AT, Example, SubjectExample, of

STACK: Final = "endpoint-warden"
SHOWN: Final = ("WHAT", "DONE", "NEXT")
"""The parts of the letter that are the finding's own."""
LONGEST: Final = 120
"""Characters of a line of the letter that are shown."""


def finding_of(rule: AnyRule, example: Example | SubjectExample[Any]) -> Finding:
    """What the rule says of an example; raise AssertionError where something that it reads is missing."""
    if isinstance(example, SubjectExample):
        return judged(rule, example).findings[0]
    found = judge(example.seen, [one for one in RULES if one.id == rule.id], example.standard(rule))
    if isinstance(found, tuple):
        return found[0]
    needs = ", ".join(sorted(need.value for need in found))
    raise AssertionError(f"an example of {rule.id} lacks {needs}, which the rule reads ({example.words})")


def lines_of(rule: AnyRule) -> Iterator[str]:
    """The example in Markdown; raise AssertionError where the rule has none, or none that is a breach."""
    example = next(iter(of(rule)), None)
    if example is None:
        raise AssertionError(f"EXAMPLES of {rule.id} are empty: the first is to be a breach")
    finding = finding_of(rule, example)
    if finding.verdict is not Verdict.BREACH:
        raise AssertionError(f"the first example of {rule.id} is no breach: {finding.verdict.value} {finding.message}")
    said = ["The standard says:", "", "```toml", example.toml.strip(), "```"] if example.toml else []
    yield from ("### An example", "", example.words, *said)
    yield from ("", f"> {sentence(finding.message)}", "")
    yield f"- **Code** `{finding.code}`, severity {finding.severity.name.lower()}"
    yield from _what_to_do(finding, example)
    yield from _letter(_notice(finding, rule, example))


def _what_to_do(finding: Finding, example: Example | SubjectExample[Any]) -> Iterator[str]:
    if finding.fix:
        yield f"- **Fix** {finding.fix}"
        key = example.seen.endpoint.key if isinstance(example, Example) else example.seen.key
        command = as_command(key, (finding.fix,))
        if len(command) <= LONG_COMMAND:
            yield f"- **By hand** `{command}`"
    if finding.advice:
        yield f"- **Advice** {finding.advice}"


def _notice(finding: Finding, rule: AnyRule, example: Example | SubjectExample[Any]) -> Notice:
    """What people are told by a stack that changes nothing."""
    gates = Gates(ceiling=Mode.NOTIFY, ceiling_name="the stack's parameter Mode", now=AT)
    if isinstance(example, SubjectExample):
        found = judged(rule, example)
        results = found.results
        if isinstance(found.seen, ServiceSeen):
            results = decide_service(found.seen, found.findings, gates).results
        return notice_of(Report(found.subject, Mode.NOTIFY, results, at=AT), STACK)
    plan = decide(example.seen, (finding,), example.standard(rule), gates)
    return notice_of(Report(example.seen.endpoint, Mode.NOTIFY, plan.results, at=AT), STACK)


def _letter(notice: Notice) -> Iterator[str]:
    """The subject and the parts of the letter that are the finding's own, folded away, with long lines cut."""
    parts = [part for part in notice.text.split("\n\n") if part.partition("\n")[0] in SHOWN]
    yield from ("", "<details><summary>Its letter, shortened</summary>", "", "```text", notice.subject)
    for part in parts:
        yield ""
        yield from (line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..." for line in part.splitlines())
    yield from ("```", "", "</details>")
