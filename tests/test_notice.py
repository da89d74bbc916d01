"""What people and machines are told: the JSON by its schema, the letters by golden files.

UPDATE_GOLDEN=1 in the environment writes the golden files anew; read the difference before it is kept.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from golden.cases import ADD, AT, CASES, CHANGE, ENDPOINT, FULL_ACCESS, KEY, NO_ZONE, ONE_ZONE, SERVICE, STACK, report
from warden.actions import ReplacePolicy
from warden.code_changes import LeaveSubnets, SetPrivateDns
from warden.decide import Gates, decide
from warden.errors import BadEvent
from warden.letter import TOGETHER, text_of
from warden.message import LARGEST
from warden.model import Finding, InCode, Mode, Outcome, Report, Result, Severity, Snapshot, Verdict
from warden.notice import Notice, notice_of
from warden.payload import about, read_notice
from warden.plain import listed, mapping, readable, sentence
from warden.rules import EVERY_RULE
from warden.standard_file import load
from warden.wording import CLAUSES, STATES, WHYS, WHYS_OF_CODES, why_of

HERE = Path(__file__).parent
SCHEMA = Draft202012Validator(json.loads((HERE.parent / "docs" / "notice.schema.json").read_text()))
OVER = {name for name in CASES if name.endswith(("resolved", "gone"))}
any_text = st.text(max_size=300) | st.text(st.characters(), max_size=40)


def written(name: str) -> Notice:
    """The notice of a case."""
    return notice_of(CASES[name], STACK)


def same_as_golden(path: Path, text: str) -> None:
    """Compare with the golden file, or write it anew where that was asked for."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert path.read_text() == text


@pytest.mark.parametrize("name", CASES)
def test_letter_is_as_golden(name: str) -> None:
    """Each kind of notice reads exactly as somebody once found good."""
    notice = written(name)
    same_as_golden(HERE / "golden" / f"{name}.txt", f"Subject: {notice.subject}\n\n{notice.text}")


@pytest.mark.parametrize("name", CASES)
def test_letter_tells_what_why_done_next_undo(name: str) -> None:
    """No letter leaves out what a person needs at night; what is over needs no reason."""
    titles = re.findall(r"^[A-Z ]+$", written(name).text, re.MULTILINE)
    wanted = [title for title in ("WHAT", "WHY IT MATTERS", "DONE", "NEXT", "UNDO", "LINKS") if title]
    assert [title for title in titles if title in wanted] == [
        title for title in wanted if title != "WHY IT MATTERS" or name not in OVER
    ]


@pytest.mark.parametrize("name", CASES)
def test_running_text_is_wrapped(name: str) -> None:
    """Only what people copy, and single words, is longer than a line."""
    notice = written(name)
    copied = {line for result in notice.payload["results"] for line in result.get("patch", "").splitlines()}
    for line in notice.text.splitlines():
        short = len(line) <= 72 or " " not in line.strip()
        assert (
            short
            or re.search("aws (ec2|elbv2|route53) |warden policy ", line)
            or "https://" in line
            or line.removeprefix("    ") in copied
        )


@pytest.mark.parametrize("name", CASES)
def test_json_is_as_the_schema_says(name: str) -> None:
    """Consumers can rely on docs/notice.schema.json, and our own reader takes what we write."""
    notice = written(name)
    SCHEMA.validate(json.loads(notice.to_json()))
    assert read_notice(notice.to_json()) == notice.payload


def test_a_notice_from_before_patches_is_read() -> None:
    """Those of the version before are still in queues while a new one is deployed; nothing else may be missing."""
    older: dict[str, Any] = json.loads(written("held-hands-off").to_json())
    del older["results"][0]["patch"]
    SCHEMA.validate(older)
    assert read_notice(json.dumps(older)) == older
    assert text_of(read_notice(json.dumps(older))) == written("held-hands-off").text
    worse: dict[str, Any] = json.loads(json.dumps(older))
    del worse["results"][0]["next"]
    with pytest.raises(BadEvent):
        read_notice(json.dumps(worse))


@pytest.mark.parametrize("name", ["held-cloudformation", "held-terraform"])
def test_where_code_manages_it_the_patch_stands_in_place_of_the_command(name: str) -> None:
    """A command by hand would make the code and the endpoint differ."""
    text = written(name).text
    assert "  In the code that manages it:\n" in text
    assert "aws ec2 modify-vpc-endpoint" not in text
    assert text.index("patch [1] at the end of this letter") < text.index("IN FULL\n[1]\n")


@pytest.mark.parametrize("name", ["told-cloudformation", "told-terraform"])
def test_where_code_manages_it_people_are_told_what_to_change_there(name: str) -> None:
    """Also of what Endpoint Warden would never do; the JSON has each patch by itself."""
    notice = written(name)
    results = {result["rule"]: result for result in notice.payload["results"]}
    assert set(results) == {"required-tags", "private-dns", "unused"}
    assert all(result["patch"] and result["outcome"] == "told" for result in results.values())
    for command in ("create-tags", "modify-vpc-endpoint"):
        assert command not in notice.text
    assert "By hand" not in notice.text


@pytest.mark.parametrize(("removed", "together"), [("subnet-0aaaaaaaaaaaaaaa1", True), (None, False)])
def test_patches_of_one_list_are_to_be_put_together(removed: str | None, *, together: bool) -> None:
    """As it is, the second would undo the first."""
    change = LeaveSubnets((removed,)) if removed else SetPrivateDns(on=True)
    told = replace(ONE_ZONE, rule="unused", fix=None, in_code=InCode("see whether it is needed", change))
    endpoint = replace(ENDPOINT, tags={"aws:cloudformation:stack-name": "network"})
    gates = Gates(ceiling=Mode.ENFORCE, ceiling_name="the stack", now=AT)
    plan = decide(Snapshot(endpoint), (ONE_ZONE, told), load(""), gates)
    text = " ".join(notice_of(report(*plan.results, endpoint=endpoint), STACK).text.split())
    assert (TOGETHER in text) is together


def test_schema_names_every_field() -> None:
    """A field that is added is added to the schema."""
    payload: dict[str, Any] = json.loads(written("fixed").to_json())
    known: Any = SCHEMA.schema
    assert payload.keys() == known["properties"].keys()
    assert payload["about"].keys() == known["$defs"]["about"]["properties"].keys()
    assert payload["endpoint"].keys() == known["$defs"]["endpoint"]["properties"].keys()
    assert payload["results"][0].keys() == known["$defs"]["result"]["properties"].keys()
    assert payload["change"].keys() == known["$defs"]["change"]["properties"].keys()


def test_message_has_a_key_for_each_protocol() -> None:
    """E-mail gets the letter, all others the JSON."""
    notice = written("fixed")
    assert json.loads(notice.message()) == {"default": notice.to_json(), "email": notice.text}


@pytest.mark.parametrize(("characters", "whole"), [(2_000, True), (2_001, False)])
def test_letter_shows_a_policy_as_far_as_it_can_be_read(characters: int, *, whole: bool) -> None:
    """People see what is allowed now, up to 2,000 characters; of more the length, and where the rest is."""
    policy = json.dumps({"Statement": [{"Resource": "x"}], "pad": ["ab"] * 300})
    policy = json.dumps({**json.loads(policy), "end": "z" * (characters - len(policy) - len(', "end": ""'))})
    assert len(policy) == characters
    change = replace(CHANGE, after={**CHANGE.after, "policy": policy})
    text = " ".join(notice_of(report(Result(FULL_ACCESS, Outcome.FIXED), change=change), STACK).text.split())
    assert (policy in text) is whole
    assert ("2001 characters, too long to be shown: the journal has it whole" in text) is not whole


def test_every_word_of_an_outcome_is_explained() -> None:
    """The table of docs/notices.md has a row for each outcome and for each way in which people are shown it."""
    page = (HERE.parent / "docs" / "notices.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in page.splitlines() if line.startswith("| `")]
    words = {tuple(row) for row in rows}
    assert {(f"`{outcome.value}`", state) for outcome, state in STATES.items()} <= words
    told = {state for outcome, state in words if outcome == "`told`"}
    assert told == {"needs you", "cannot tell", "not judged"}
    assert set(CLAUSES) == {state for outcome, state in words if outcome.strip("`") in {one.value for one in Outcome}}


def test_undo_stands_whole_in_the_letter() -> None:
    """The inverse of both fixes is one command, and the endpoint is held back before."""
    text = written("fixed").text
    assert text.index("Key=warden:hands-off,Value=true") < text.index("--remove-subnet-ids subnet-0bbbbbbbbbbbbbbb2")
    assert '\'{"Statement":[{"Action":"*"' in text


def test_every_rule_says_why_it_matters() -> None:
    """The letter's reason is the rule's own."""
    assert set(WHYS) == {rule.id for rule in EVERY_RULE}
    assert all(WHYS.values())
    assert why_of("No reasons here.") == ""


def test_a_breach_with_another_harm_says_its_own() -> None:
    """A policy that denies everything lets no data out: it is an outage, and nothing else is said to matter."""
    (result,) = written("told-denies-everything").payload["results"]
    assert "outage" in result["matters"]
    assert WHYS["endpoint-policy"] != result["matters"]
    assert {rule for rule, _ in WHYS_OF_CODES} <= set(WHYS)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(replace(CASES["would-fix"], at=AT + timedelta(hours=1)), True, id="told again later"),
        pytest.param(
            replace(CASES["would-fix"], results=CASES["would-fix"].results[::-1]), True, id="told in another order"
        ),
        pytest.param(replace(CASES["would-fix"], mode=Mode.ENFORCE), True, id="what stands in the way is in why"),
        pytest.param(replace(CASES["would-fix"], results=CASES["would-fix"].results[:1]), False, id="one is over"),
        pytest.param(
            replace(CASES["would-fix"], about=replace(ENDPOINT, created=AT)), False, id="another endpoint, same id"
        ),
        pytest.param(replace(CASES["would-fix"], change=CHANGE), False, id="it was changed"),
        pytest.param(CASES["held-hands-off"], False, id="another outcome"),
    ],
)
def test_id_names_the_state(other: Report, *, same: bool) -> None:
    """Delivery is at least once: the same state has the same id, another state another."""
    assert (notice_of(other, STACK).id == written("would-fix").id) is same


def test_id_survives_another_wording_of_a_refusal() -> None:
    """AWS puts an encoded message, new each time, into some refusals."""
    first, second = (report(Result(ONE_ZONE, Outcome.REFUSED, why)) for why in ("encoded: abc", "encoded: xyz"))
    assert notice_of(first, STACK).id == notice_of(second, STACK).id


def test_ids_of_holds_differ_by_reason() -> None:
    """Held by a tag and held by CloudFormation are two states."""
    assert written("held-hands-off").id != written("held-cloudformation").id


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        pytest.param(
            report(Result(ONE_ZONE, Outcome.FIXED)),
            "[HIGH] fixed: vpce-0a1b2c3d4e5f60718 (ssm) multi-az, account 111122223333 us-east-1",
            id="whole",
        ),
        pytest.param(
            CASES["fixed"],
            "[HIGH] fixed: vpce-0a1b2c3d4e5f60718 multi-az, endpoint-policy, account 111122223333 us-east-1",
            id="the service goes first",
        ),
        pytest.param(
            CASES["held-unproved"],
            "[HIGH] held back + fixed: vpce-0a1b2c3d4e5f60718 2 rules, account 111122223333 us-east-1",
            id="then the rules' names, and what needs people comes first",
        ),
        pytest.param(
            report(Result(replace(ONE_ZONE, rule="r" * 60), Outcome.FIXED)),
            "[HIGH] fixed: vpce-0a1b2c3d4e5f60718, account 111122223333 us-east-1",
            id="one rule is not counted",
        ),
        pytest.param(
            report(), "[INFO] nothing to tell: vpce-0a1b2c3d4e5f60718 (ssm), account 111122223333 us-east-1", id="none"
        ),
    ],
)
def test_subject(facts: Report, subject: str) -> None:
    """Severity, state, endpoint and account are always there."""
    assert notice_of(facts, STACK).subject == subject


@settings(deadline=None)
@given(
    texts=st.lists(any_text, min_size=9, max_size=9), outcome=st.sampled_from(Outcome), verdict=st.sampled_from(Verdict)
)
def test_nothing_from_outside_breaks_a_notice(texts: list[str], outcome: Outcome, verdict: Verdict) -> None:
    """Whatever a tag, an id or an answer holds: one line of ASCII, no control character, JSON by the schema."""
    region, endpoint_id, service, name, message, why, advice, evidence, document = texts
    endpoint = replace(
        ENDPOINT, key=replace(KEY, region=region, id=endpoint_id), service_name=service, tags={"Name": name}
    )
    finding = Finding(
        "multi-az", verdict, Severity.HIGH, "code", message, {evidence: texts}, ReplacePolicy(document, name), advice
    )
    notice = notice_of(Report(endpoint, Mode.ENFORCE, (Result(finding, outcome, why),), CHANGE, None), STACK)
    assert re.fullmatch(r"\[[ -~]{1,98}", notice.subject)
    assert all(character.isprintable() or character == "\n" for character in notice.text)
    assert notice.text.count("\nUNDO\n") == 1
    notice.message().encode()
    SCHEMA.validate(json.loads(notice.to_json()))
    assert read_notice(notice.to_json()) == notice.payload


def test_tag_cannot_forge_a_section() -> None:
    """A line break in a tag stays on its line."""
    forged = replace(ENDPOINT, tags={"Name": "x\n\nUNDO\n  rm -rf /"})
    text = notice_of(report(Result(ONE_ZONE, Outcome.FIXED), endpoint=forged), STACK).text
    assert text.count("\nUNDO\n") == 1
    assert 'vpce-0a1b2c3d4e5f60718 "x UNDO rm -rf /"' in text


@pytest.mark.parametrize(
    ("document", "images", "shortened"),
    [
        pytest.param("x" * 20_480, {}, False, id="the longest policy fits"),
        pytest.param("\N{SNOWMAN}" * 20_480, {}, True, id="escapes make it too long"),
        pytest.param("x", {f"fact-{i}": "y" * 90 for i in range(5_000)}, True, id="many short strings"),
    ],
)
def test_what_is_too_big_for_sns_is_shortened(document: str, images: Mapping[str, str], *, shortened: bool) -> None:
    """A notice always goes out: without its documents if need be, and then it says where they are."""
    fix = ReplacePolicy(document, document)
    images = {"policy": document, **images}
    finding = replace(FULL_ACCESS, fix=fix, evidence=images)
    change = replace(CHANGE, actions=(fix,), before=images, after=images)
    facts = report(Result(finding, Outcome.FIXED), Result(finding, Outcome.HELD, "why"), change=change)
    notice = notice_of(facts, STACK)
    assert notice.size <= LARGEST
    assert notice.payload["shortened"] is shortened
    assert ("the journal holds them" in " ".join(notice.text.split())) is shortened
    SCHEMA.validate(json.loads(notice.to_json()))


def test_shortened_notice_without_a_change_says_where_to_look() -> None:
    """Where nothing was changed there is no journal entry."""
    finding = replace(FULL_ACCESS, evidence={f"fact-{i}": "y" * 90 for i in range(5_000)})
    notice = notice_of(report(Result(finding, Outcome.WOULD_FIX)), STACK)
    assert "EC2 and `warden plan` show them" in " ".join(notice.text.split())
    assert notice.size <= LARGEST


def test_letter_shows_a_few_facts_only() -> None:
    """A night is too short for a list of a hundred."""
    facts = {f"fact-{i:03}": "y" for i in range(100)}
    result = Result(replace(ONE_ZONE, evidence=facts), Outcome.FIXED)
    text = notice_of(report(result, change=replace(CHANGE, before=facts)), STACK).text
    assert "fact-019: y" in text
    assert "fact-020: y" not in text
    assert "and 80 more" in text


def test_letter_leaves_out_what_is_empty() -> None:
    """The JSON has it; a zero is a fact."""
    evidence = {"full_subnets": [], "usd_per_month": None, "name": "", "bytes": 0, "zones": ["use1-az1"]}
    notice = notice_of(report(Result(replace(NO_ZONE, evidence=evidence), Outcome.TOLD)), STACK)
    lines = notice.text.split("\n")
    assert {"    bytes: 0", "    zones: use1-az1"} <= set(lines)
    assert not [line for line in lines if line.strip().startswith(("full_subnets", "usd_per_month", "name"))]
    assert notice.payload["results"][0]["evidence"] == evidence


def test_long_command_stands_once_at_the_end() -> None:
    """A policy of many lines does not stand between a person and the next step."""
    text = written("held-unproved").text
    assert text.count("--policy-document") == 1
    assert text.index("command [1] at the end") < text.index("UNDO") < text.index("--policy-document")


def test_same_long_command_has_one_number() -> None:
    """Two findings with one fix cite it twice and show it once."""
    held = Result(FULL_ACCESS, Outcome.HELD, "why")
    text = notice_of(report(held, held), STACK).text
    assert text.count("command [1] at the end") == 2
    assert text.count("--policy-document") == 1


def test_attributes_filter() -> None:
    """Each attribute that a subscription can filter by."""
    assert written("held-unproved").attributes == {
        "severity": "high",
        "severity_rank": 3,
        "about": "VPC endpoint",
        "account": "111122223333",
        "region": "us-east-1",
        "rule": ("multi-az", "endpoint-policy"),
        "outcome": ("fixed", "held"),
        "mode": "enforce",
    }


def test_empty_attributes_are_left_out() -> None:
    """SNS refuses an empty value, and with it the message."""
    assert {"rule", "outcome"}.isdisjoint(notice_of(report(), STACK).attributes)


@pytest.mark.parametrize(
    ("finding", "mode", "why", "said"),
    [
        pytest.param(
            ONE_ZONE,
            Mode.NOTIFY,
            "",
            "the mode of the stack, or its kill switch, allows no more than notify",
            id="stack",
        ),
        pytest.param(
            replace(ONE_ZONE, mode=Mode.NOTIFY), Mode.ENFORCE, "", "the mode of multi-az is notify", id="rule"
        ),
        pytest.param(
            replace(ONE_ZONE, mode=Mode.NOTIFY), Mode.ENFORCE, "", 'set mode = "enforce" for multi-az', id="how"
        ),
        pytest.param(
            ONE_ZONE,
            Mode.NOTIFY,
            "the mode is notify (the kill switch)",
            f"see that the parameter Mode of stack {STACK} is enforce, and that its kill switch says run. By hand",
            id="how, of the stack, and no word of more than that",
        ),
        pytest.param(
            ONE_ZONE,
            Mode.NOTIFY,
            "the mode is notify (the kill switch); besides, code may manage it",
            "That alone is not enough: see to what else stands in the way, too.",
            id="and that more stands in the way",
        ),
        pytest.param(ONE_ZONE, Mode.ENFORCE, "the disk is full", "clear what is said above", id="neither"),
    ],
)
def test_would_fix_says_which_mode_to_set(finding: Finding, mode: Mode, why: str, said: str) -> None:
    """A person learns what to set for the fix to be made."""
    text = notice_of(report(Result(finding, Outcome.WOULD_FIX, why), mode=mode), STACK).text
    assert said in " ".join(text.split())


def test_the_same_is_to_be_written_in_code_before_what_is_advised_besides() -> None:
    """Else "the same" would be what was advised last, and not what was changed."""
    finding = replace(ONE_ZONE, advice="tell the network team")
    text = notice_of(report(Result(finding, Outcome.FIXED)), STACK).text
    assert "write the same there. Tell the network team." in " ".join(text.split())


def test_told_without_advice_still_says_what_to_do() -> None:
    """A rule that advises nothing leaves nobody without a next step."""
    bare = replace(NO_ZONE, advice="")
    text = " ".join(notice_of(report(Result(bare, Outcome.TOLD, "the moon is full")), STACK).text.split())
    assert "Decide what to change, since no safe fix is known." in text
    assert "Nothing was changed. The moon is full." in text


@pytest.mark.parametrize(
    ("rule", "again"),
    [
        pytest.param(
            "multi-az", "looks again at the endpoint's next change, and at the next sweep.", id="on events too"
        ),
        pytest.param("unused", "looks again at the next sweep.", id="by the sweep only"),
    ],
)
def test_says_when_it_looks_again(rule: str, again: str) -> None:
    """No event leads to a rule on use."""
    finding = replace(NO_ZONE, rule=rule)
    text = " ".join(notice_of(report(Result(finding, Outcome.TOLD)), STACK).text.split())
    assert f"Endpoint Warden {again}" in text


def test_result_without_words_says_so() -> None:
    """A finding without message and reason is told all the same."""
    silent = Finding("multi-az", Verdict.UNKNOWN, Severity.LOW)
    assert "The rule gave no reason." in notice_of(report(Result(silent, Outcome.TOLD)), STACK).text


def test_change_without_a_difference_shows_none() -> None:
    """An image that did not change has no before and after."""
    same = replace(CHANGE, after=CHANGE.before)
    assert "Before -> after" not in notice_of(report(Result(ONE_ZONE, Outcome.FIXED), change=same), STACK).text


@pytest.mark.parametrize(
    ("region", "address"),
    [
        pytest.param("eu-west-1", "https://eu-west-1.console.aws.amazon.com/vpcconsole/", id="aws"),
        pytest.param("cn-north-1", "https://cn-north-1.console.amazonaws.cn/vpcconsole/", id="China"),
        pytest.param("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/vpcconsole/", id="GovCloud"),
        pytest.param("us-iso-east-1", "", id="closed to the internet"),
        pytest.param("x.evil.example/", "", id="no region"),
    ],
)
def test_links_lead_to_the_partitions_console(region: str, address: str) -> None:
    """A link is right or absent."""
    endpoint = replace(ENDPOINT, key=replace(KEY, region=region))
    notice = notice_of(report(Result(ONE_ZONE, Outcome.FIXED), endpoint=endpoint), STACK)
    urls = [link["url"] for link in notice.payload["links"]]
    assert [url.startswith(address) for url in urls] == ([True, False] if address else [])
    assert ("LINKS" in notice.text) is bool(address)


@pytest.mark.parametrize(
    ("value", "written_as"),
    [
        pytest.param(AT, "2026-01-02T03:04:05Z", id="time"),
        pytest.param(Mode.ENFORCE, "enforce", id="enum"),
        pytest.param(frozenset({"b", "a"}), ["a", "b"], id="set in order"),
        pytest.param(("a", 1, None, True), ["a", 1, None, True], id="tuple"),
        pytest.param({1: {"x": 2}}, {"1": {"x": 2}}, id="mapping"),
        pytest.param(float("nan"), "nan", id="what JSON has not"),
        pytest.param(datetime(2026, 1, 2, tzinfo=UTC).date(), "2026-01-02", id="anything else"),
    ],
)
def test_values_become_json(value: object, written_as: object) -> None:
    """Evidence and images may hold what Python has and JSON has not."""
    assert mapping({"value": value}) == {"value": written_as}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(["a", "b"], "a, b", id="list"),
        pytest.param([], "none", id="empty"),
        pytest.param([{"a": 1}], '[{"a": 1}]', id="nested"),
        pytest.param(True, "true", id="bool"),
        pytest.param("x" * 161, "161 characters", id="long"),
    ],
)
def test_values_can_be_read(value: object, shown: str) -> None:
    """People see a value on one line, or its length."""
    assert readable(value) == shown


def test_sentences() -> None:
    """Names keep their spelling, and nothing is made of nothing."""
    assert [sentence(text) for text in ("we did it", "multi-az is off", "vpce-1 is gone!", " ")] == [
        "We did it.",
        "multi-az is off.",
        "vpce-1 is gone!",
        "",
    ]
    assert [listed(words) for words in (["a"], ["a", "b", "a"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("{", "must be JSON", id="no JSON"),
        pytest.param("[" * 100_000, "must be JSON", id="too deep"),
        pytest.param("[]", "must have the schema", id="no object"),
        pytest.param('{"schema":"endpoint-warden/notice/2"}', "must have the schema", id="another version"),
        pytest.param('{"schema":"endpoint-warden/notice/1"}', "notice is not what", id="fields missing"),
    ],
)
def test_what_is_no_notice_is_refused(text: str, reason: str) -> None:
    """The reader says what is wrong instead of failing later."""
    with pytest.raises(BadEvent, match=reason):
        read_notice(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(("results",), {}, id="list"),
        pytest.param(("results", 0, "fix"), "rm", id="object or null"),
        pytest.param(("results", 0, "fix", "command"), 1, id="string"),
        pytest.param(("endpoint", "name"), 1, id="string or null"),
        pytest.param(("shortened",), "no", id="boolean"),
        pytest.param(("change", "before"), [], id="object"),
    ],
)
def test_reader_names_the_wrong_place(place: tuple[str | int, ...], value: object) -> None:
    """Each kind of field is checked, wherever it stands."""
    payload: Any = json.loads(written("fixed").to_json())
    at = payload
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    with pytest.raises(BadEvent, match=re.escape(f"notice{name} is not what")):
        read_notice(json.dumps(payload))


def test_reader_takes_fields_that_are_added_later() -> None:
    """A newer sender within the version is understood."""
    payload = json.loads(written("gone").to_json())
    assert read_notice(json.dumps({**payload, "new": 1}))["id"] == written("gone").id


def test_enforced_fix_cites_what_was_added() -> None:
    """DONE says the change in the words of the plan."""
    assert str(ADD) in written("fixed").payload["results"][0]["done"]


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("vpc-", "service-"))])
def test_a_notice_of_another_subject_speaks_of_no_endpoint_as_such(name: str) -> None:
    """It is a VPC or a service in every channel, and nothing says of it what is true of endpoints only."""
    notice = written(name)
    what, key = ("VPC", "vpc-0123456789abcdef0") if name.startswith("vpc-") else ("endpoint service", SERVICE.key.id)
    assert notice.payload["about"]["what"] == notice.attributes["about"] == what
    assert notice.payload["about"]["id"] == notice.payload["endpoint"]["id"] == key
    text = " ".join(f"{notice.subject} {notice.text}".split())
    assert not re.search(r"VPC endpoint|[Tt]he endpoint(?! service)|endpoint's", text)


def test_a_notice_from_before_speaks_of_an_endpoint() -> None:
    """Notices that are under way while a new version is deployed lack the field, and are read all the same."""
    payload = json.loads(written("fixed").to_json())
    del payload["about"]
    SCHEMA.validate(payload)
    assert about(read_notice(json.dumps(payload))) == written("fixed").payload["about"]


def test_commands_within_a_sentence_stay_whole() -> None:
    """People copy them."""
    finding = replace(NO_ZONE, advice=f"run `aws ec2 {'x ' * 60}y`, or not")
    text = notice_of(report(Result(finding, Outcome.TOLD, finding.advice)), STACK).text
    assert f"    `aws ec2 {'x ' * 60}y`,\n    or not." in text
