"""Slack messages: readable, within Slack's limits, and harmless whatever a tag holds.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.cases import ADD, CASES, CHANGE, ENDPOINT, FULL_ACCESS, ONE_ZONE, STACK, report
from warden.actions import ReplacePolicy
from warden.blocks import clipped, code, escaped, length, link_to, plain
from warden.model import Outcome, Report, Result
from warden.notice import notice_of
from warden.slack import message_of

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = "<!channel> & <@U123> *bold* `code` <https://evil.example|click>"
any_text = st.text(max_size=500) | st.sampled_from([HOSTILE, "&" * 4_000, "\U0001f600" * 3_000, "\ud800", "```", ""])


def message(facts: Report) -> dict[str, Any]:
    """The Slack message of a report, as it goes over the wire."""
    message: dict[str, Any] = json.loads(json.dumps(message_of(notice_of(facts, STACK).payload)))
    return message


def texts(value: object) -> Iterator[dict[str, Any]]:
    """Every text object within a message."""
    if isinstance(value, dict):
        if value.get("type") in {"plain_text", "mrkdwn"}:
            yield value
        for one in value.values():
            yield from texts(one)
    if isinstance(value, list):
        for one in value:
            yield from texts(one)


def assert_within_limits(sent: dict[str, Any]) -> None:
    """Assert every limit by which Slack would refuse a message whole."""
    blocks = sent["blocks"]
    assert len(blocks) <= 50
    assert 1 <= length(sent["text"]) <= 4_000
    assert sum(length(text["text"]) for text in texts(blocks)) <= 12_000
    for block in blocks:
        assert block["type"] in {"header", "section", "context", "divider"}
        if block["type"] == "header":
            assert length(block["text"]["text"]) <= 150
        assert len(block.get("fields", "x")) in range(1, 11)
        assert len(block.get("elements", "x")) in range(1, 11)
        assert all(length(field["text"]) <= 2_000 for field in block.get("fields", []))
    assert all(1 <= length(text["text"]) <= 3_000 for text in texts(blocks))


def assert_harmless(sent: dict[str, Any]) -> None:
    """Assert that the only marks between < and > are links of ours."""
    for text in [sent["text"], *(text["text"] for text in texts(sent["blocks"]))]:
        assert all(re.fullmatch(r"https://[^|<>]+\|[^|<>]+", mark) for mark in re.findall(r"<([^>]*)", text))
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@pytest.mark.parametrize("name", ["fixed", "would-fix", "told-terraform", "vpc-told", "service-told"])
def test_message_is_as_golden(name: str) -> None:
    """The whole message, as somebody once found good; UPDATE_GOLDEN=1 writes it anew."""
    path = GOLDEN / f"{name}.slack.json"
    text = json.dumps(message(CASES[name]), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert path.read_text() == text


@pytest.mark.parametrize("name", CASES)
def test_message_is_within_limits(name: str) -> None:
    """Slack takes every kind of notice."""
    assert_within_limits(message(CASES[name]))
    assert_harmless(message(CASES[name]))


@settings(deadline=None)
@given(words=st.lists(any_text, min_size=6, max_size=6), count=st.integers(0, 30), outcome=st.sampled_from(Outcome))
def test_nothing_from_outside_breaks_a_message(words: list[str], count: int, outcome: Outcome) -> None:
    """Whatever tags, answers and policies hold, the message is within limits and calls nobody."""
    name, text, why, document, advice, service = words
    finding = replace(FULL_ACCESS, message=text, advice=advice, fix=ReplacePolicy(document, text))
    endpoint = replace(ENDPOINT, tags={"Name": name}, service_name=service, vpc_id=text)
    change = replace(CHANGE, before={text: why, "policy": document}, after={})
    sent = message(report(*[Result(finding, outcome, why)] * count, endpoint=endpoint, change=change))
    assert_within_limits(sent)
    assert_harmless(sent)


def test_channel_in_a_tag_calls_nobody() -> None:
    """The one that everybody tries."""
    sent = message(report(Result(ONE_ZONE, Outcome.FIXED), endpoint=replace(ENDPOINT, tags={"Name": HOSTILE})))
    assert "<!channel>" not in json.dumps(sent)
    assert sent["blocks"][0]["text"]["type"] == "plain_text"
    assert "&lt;!channel&gt;" in sent["blocks"][0]["text"]["text"]


def test_change_stands_before_beside_after() -> None:
    """Two columns, with nothing that stayed the same, and without what is too long for a column."""
    (fields,) = [block["fields"] for block in message(CASES["fixed"])["blocks"] if "fields" in block]
    assert [field["text"].split("\n")[0] for field in fields] == ["subnet_ids before", "subnet_ids after"]


def _policies(before: str, after: str) -> list[str]:
    """What a message shows below the words "policy before" and "policy after"."""
    change = replace(CHANGE, before={"policy": before}, after={"policy": after})
    sent = message(report(Result(FULL_ACCESS, Outcome.FIXED), change=change))
    assert_within_limits(sent)
    assert_harmless(sent)
    blocks = sent["blocks"]
    titles = [place for place, block in enumerate(blocks) if "policy " in block.get("text", {}).get("text", "")[:7]]
    return [str(blocks[place + 1]["text"]["text"]) for place in titles]


def test_new_policy_is_shown_whole() -> None:
    """As code, escaped as everything else: people must see what is allowed now."""
    policy = json.dumps({"Statement": [{"Sid": "<!channel> & all", "Resource": ["x" * 90] * 15}]})
    before, after = _policies('{"Statement":"*"}', policy)
    assert before == '```{"Statement": "*"}```'
    assert after == f"```{escaped(policy)}```"
    assert "&lt;!channel&gt; &amp; all" in after


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        pytest.param({"a": "x" * 2_100}, "2109 characters, too long to be shown: the journal has it whole", id="long"),
        pytest.param({"a": "&" * 1_900}, "(the text is too long to stand here: see the e-mail)", id="escaped"),
        pytest.param({"a": "`" * 170}, json.dumps({"a": "`" * 170}), id="backticks would end the code"),
    ],
)
def test_policy_that_does_not_fit_says_where_it_is(policy: dict[str, str], shown: str) -> None:
    """Never half of one."""
    other = json.dumps({"a": "y" * 200})
    assert shown in _policies(other, json.dumps(policy))[1]


def test_what_does_not_fit_is_said_to_be_left_out() -> None:
    """Thirty findings are too many for one message, and it still ends with the notice's id."""
    facts = report(*[Result(ONE_ZONE, Outcome.WOULD_FIX, "why")] * 30)
    *_, note, footer = message(facts)["blocks"]
    assert "more than fits" in note["elements"][0]["text"]
    assert footer["elements"][-1]["text"] == f"notice {notice_of(facts, STACK).id}"


@pytest.mark.parametrize(
    ("command", "kind", "shown"),
    [
        pytest.param("aws <x> & y", "mrkdwn", "```aws &lt;x&gt; &amp; y```", id="escaped code"),
        pytest.param("aws `x`", "plain_text", "aws `x`", id="backticks would end the code"),
        pytest.param(
            "x" * 1_501, "plain_text", "(the command is too long to stand here: see the e-mail)", id="too long"
        ),
        pytest.param("", "plain_text", "(the command is too long to stand here: see the e-mail)", id="left out"),
    ],
)
def test_command_is_whole_or_absent(command: str, kind: str, shown: str) -> None:
    """People copy commands: half of one, or one with other characters, must not stand there."""
    block: Any = code(command)
    assert (block["text"]["type"], block["text"]["text"]) == (kind, shown)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://a.example/b#c=d&e", "<https://a.example/b#c=d&amp;e|A &lt;b&gt;>", id="link"),
        pytest.param("https://a.example/|x>", "A &lt;b&gt;", id="marks in it"),
        pytest.param("http://a.example/", "A &lt;b&gt;", id="not https"),
        pytest.param("https://a.example/" + "x" * 400, "A &lt;b&gt;", id="too long"),
    ],
)
def test_only_sound_addresses_become_links(url: str, shown: str) -> None:
    """The title of another link stands without it."""
    assert link_to(url, "A <b>") == shown


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        pytest.param("abc", 3, "abc", id="fits"),
        pytest.param("abcdefgh", 7, "abc ...", id="cut"),
        pytest.param("a&amp;bcdef", 8, "a ...", id="no half escape"),
        pytest.param("\U0001f600" * 5, 9, "\U0001f600\U0001f600 ...", id="no half character"),
    ],
)
def test_long_text_is_clipped(text: str, limit: int, short: str) -> None:
    """What is cut says so, and is no longer than allowed."""
    assert clipped(text, limit) == short
    assert length(short) <= limit


def test_empty_text_is_never_sent() -> None:
    """Slack refuses a text object without text."""
    block: Any = plain(" \n", 10)
    assert block["text"] == "-"


def test_marks_that_turn_the_text_around_are_left_out() -> None:
    """A right-to-left mark cannot make a name read as another one."""
    assert escaped("a\u202eb\x00c\nd") == "a b c\nd"


def test_fixed_finding_shows_no_command_to_run() -> None:
    """What is done is not asked for again; undoing it is shown."""
    said = json.dumps(message(report(Result(ONE_ZONE, Outcome.FIXED), change=replace(CHANGE, actions=(ADD,)))))
    assert "By hand" not in said
    assert "--remove-subnet-ids" in said


def test_what_code_manages_is_changed_there() -> None:
    """A patch in place of the command, whole; one that is too long is in the e-mail."""
    held = [block["text"]["text"] for block in message(CASES["held-terraform"])["blocks"] if "text" in block]
    assert any(text.startswith("```# Terraform: in the aws_vpc_endpoint") for text in held)
    assert "By hand:" not in held
    (result, _) = CASES["held-terraform"].results
    long = json.dumps(message(report(replace(result, patch="x" * 2_000))))
    assert "the patch is too long to stand here: see the e-mail" in long


def test_change_that_shows_no_difference_can_be_undone() -> None:
    """Without fields there is no section for them, which Slack would refuse."""
    sent = message(report(Result(ONE_ZONE, Outcome.FIXED), change=replace(CHANGE, after=CHANGE.before)))
    assert_within_limits(sent)
    assert "--remove-subnet-ids" in json.dumps(sent)


def test_region_without_a_console_has_no_links() -> None:
    """A section of no links would be refused too."""
    endpoint = replace(ENDPOINT, key=replace(ENDPOINT.key, region="us-iso-east-1"))
    sent = message(report(Result(ONE_ZONE, Outcome.FIXED), endpoint=endpoint))
    assert_within_limits(sent)
    assert "https://" not in json.dumps(sent)
