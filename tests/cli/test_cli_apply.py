"""`warden apply`: bound to what was seen, through every gate, and honest about what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from builders import ACCOUNT, FULL_ACCESS, KEY, NARROW, REGION, A, B, endpoint
from cli import plan_json
from cli.applying import carry_out
from cli.exits import Code, CouldNotLook
from cli.planned import Planning
from cli.planning import as_stack
from cli.saved_plan import check_same
from cli.screen import Screen
from fakes import FakeCloud, Stage
from warden.errors import CannotFix, NotYet, Outdated, RetryLater
from warden.ledger import Memory
from warden.model import EndpointKey, Mode

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]
Deploy: TypeAlias = Callable[..., None]

STACK = "warden"
OTHER = EndpointKey(ACCOUNT, REGION, "vpce-0aaaaaaaaaaaaaaaa")
DENY = json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}})


def stage_of(**facts: Any) -> Stage:
    """One endpoint in one zone, whose making was seen."""
    stage = Stage(cloud=FakeCloud.of(endpoint(**facts)))
    stage.ledger.memories[KEY] = Memory(creator_known=True)
    return stage


def planning(stage: Stage, *ids: str) -> Planning:
    """What the stack would do now, to all or to these endpoints."""
    planned = tuple(as_stack(stage.world, ACCOUNT, REGION, ids))
    return Planning(ACCOUNT, REGION, "warden", "mode enforce", "a standard", stage.clock(), planned)


def applied(stage: Stage, shown: Planning | None = None, *, agree: bool = True, **answers: str) -> Code:
    """Carry out what was shown."""
    said = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return carry_out(Screen(), stage.world, shown or planning(stage), said, lambda _: agree)


def test_change_is_made_journalled_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One write, its before-image in the journal, one notice, and before -> after with the way back on the screen."""
    stage = stage_of()
    assert applied(stage) is Code.OK
    assert stage.cloud.writes == 1
    assert [entry["outcome"] for entry in stage.ledger.journal.values()] == ["applied"]
    assert stage.outcomes == [{"multi-az": "fixed"}]
    shown = capsys.readouterr().out
    assert f"CHANGED  {KEY.id}" in shown
    assert f"subnet_ids: {A.id} -> {A.id}, {B.id}" in shown
    assert "Journal: " in shown
    assert "Key=warden:hands-off,Value=true" in shown
    assert f"--remove-subnet-ids {B.id}" in shown


def test_new_policy_is_shown_to_the_person(capsys: pytest.CaptureFixture[str]) -> None:
    """Before and after, each whole on a line of its own."""
    stage = stage_of(policy=FULL_ACCESS, subnet_ids=(A.id, B.id))
    assert applied(stage) is Code.OK
    shown = capsys.readouterr().out
    assert f"\n  policy before: {FULL_ACCESS}\n" in shown
    (after,) = [line for line in shown.splitlines() if line.startswith("  policy after: ")]
    assert json.loads(after.removeprefix("  policy after: ")) == json.loads(stage.cloud.held[KEY.id].policy or "")


def test_refusal_by_the_person_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """No means no: exit code 1, no write."""
    stage = stage_of()
    assert applied(stage, agree=False) is Code.OPEN
    assert stage.cloud.writes == 0
    assert "Nothing was changed." in capsys.readouterr().err


def test_nothing_to_do_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """A compliant endpoint: 0, and no question."""
    stage = stage_of(subnet_ids=(A.id, B.id))
    assert applied(stage, agree=False) is Code.OK
    assert "Nothing is to be changed." in capsys.readouterr().err


def _somebody_else(stage: Stage) -> None:
    stage.cloud.put(endpoint(subnet_ids=(A.id, B.id)))


def _somebody_tagged(stage: Stage) -> None:
    stage.cloud.put(endpoint(tags={"warden:hands-off": ""}))


def _somebody_stopped(stage: Stage) -> None:
    stage.switch.allows = Mode.NOTIFY


def _subnet_filled_up(stage: Stage) -> None:
    stage.cloud.known_subnets = (A, replace(B, free_addresses=1), stage.cloud.known_subnets[2])


def _deleted(stage: Stage) -> None:
    stage.cloud.held.clear()


@pytest.mark.parametrize(
    ("event", "why"),
    [
        pytest.param(_somebody_else, "the endpoint changed since the plan was shown", id="fixed by another"),
        pytest.param(_somebody_tagged, "the endpoint changed since the plan was shown", id="tagged hands-off"),
        pytest.param(_somebody_stopped, "nothing; the mode is notify (the kill switch)", id="kill switch"),
        pytest.param(_subnet_filled_up, "something else would be done now: add subnet-", id="subnet filled up"),
        pytest.param(_deleted, "the endpoint is gone", id="deleted"),
    ],
)
def test_what_changed_since_it_was_shown_is_left_alone(
    event: Callable[[Stage], None], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between question and write the world is looked at again: another answer than was shown is never carried out."""
    stage = stage_of()
    shown = planning(stage)
    event(stage)
    assert applied(stage, shown) is Code.NOT_LOOKED
    assert stage.cloud.writes == 0
    assert why in capsys.readouterr().out


def test_busy_endpoint_is_for_later(capsys: pytest.CaptureFixture[str]) -> None:
    """A write that is under way elsewhere: exit code 2, nothing written."""
    stage = stage_of()
    shown = planning(stage)
    stage.ledger.begin(KEY, stage.ledger.memories[KEY], {}, {}, (), stage.clock())
    assert applied(stage, shown) is Code.NOT_LOOKED
    assert stage.cloud.writes == 0
    assert "a write to it is under way" in capsys.readouterr().out


def _refuse(error: Exception) -> Callable[[], None]:
    def refuse() -> None:
        raise error

    return refuse


def test_refused_by_aws_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """AWS says no for good: exit code 1, the answer on the screen, the journal closed."""
    stage = stage_of()
    stage.cloud.before_apply.append(_refuse(CannotFix("AccessDenied: no", "AccessDenied")))
    assert applied(stage) is Code.OPEN
    assert [entry["outcome"] for entry in stage.ledger.journal.values()] == ["failed: AccessDenied: no"]
    assert "refused by AWS: AccessDenied: no" in capsys.readouterr().out


def test_refused_again_says_what_aws_said(capsys: pytest.CaptureFixture[str]) -> None:
    """People are told of a refusal once; the person at the terminal hears it each time."""
    stage = stage_of()
    for _ in range(2):
        stage.cloud.before_apply.append(_refuse(CannotFix("AccessDenied: no", "AccessDenied")))
        assert applied(stage, vpce_0123456789abcdef0="AccessDenied: no") is Code.OPEN
    assert len(stage.topic.sent) == 1
    assert "AWS answered: AccessDenied: no." in capsys.readouterr().out


@pytest.mark.parametrize("error", [NotYet("OperationInProgress"), Outdated("InvalidParameter")])
def test_passing_refusal_is_for_later(error: NotYet, capsys: pytest.CaptureFixture[str]) -> None:
    """What may pass: exit code 2, nothing changed, the try does not count as a write."""
    stage = stage_of()
    stage.cloud.before_apply.append(_refuse(error))
    assert applied(stage) is Code.NOT_LOOKED
    assert stage.ledger.memories[KEY].writes == ()
    assert "Try again later" in capsys.readouterr().out


def test_journal_that_is_away_keeps_every_write_back(capsys: pytest.CaptureFixture[str]) -> None:
    """No before-image, no write; the endpoints after it are not tried."""
    stage = stage_of()
    stage.cloud.put(endpoint(key=OTHER))
    stage.ledger.memories[OTHER] = Memory(creator_known=True)
    shown = planning(stage)
    stage.ledger.fails.add("begin")
    assert applied(stage, shown) is Code.NOT_LOOKED
    assert stage.cloud.writes == 0
    assert "not tried, since the ledger is away" in capsys.readouterr().out


def test_topic_that_is_away_leaves_the_write_for_the_next_look(capsys: pytest.CaptureFixture[str]) -> None:
    """A change that nobody could be told of is no success, and the next look closes it."""
    stage = stage_of()
    stage.topic.down = True
    assert applied(stage) is Code.NOT_LOOKED
    assert stage.ledger.memories[KEY].pending is not None
    assert "should the change be made already, the next look closes its journal" in capsys.readouterr().out


def test_something_left_to_people_gives_1(capsys: pytest.CaptureFixture[str]) -> None:
    """The fix is made, and a finding without a fix stays: that is not 0; what to do then is said once."""
    stage = stage_of(policy=DENY)
    assert applied(stage) is Code.OPEN
    assert stage.cloud.writes == 1
    text = capsys.readouterr().out
    _, done = text.split("endpoint-policy needs you")
    assert done.startswith(".\n    Allow what the VPC's clients need")
    assert done.count("what the VPC's clients need") == 1


def _saved(stage: Stage, tmp_path: Path) -> plan_json.Saved:
    return plan_json.load(Path(_write_plan(stage, tmp_path)))


def test_saved_plan_holds_while_nothing_changed(tmp_path: Path) -> None:
    """The same world, the same plan: no objection."""
    stage = stage_of()
    check_same(_saved(stage, tmp_path), planning(stage))


@pytest.mark.parametrize(
    ("event", "why"),
    [
        pytest.param(_somebody_else, "the endpoint changed since the plan was made", id="changed"),
        pytest.param(_subnet_filled_up, "something else would be done now", id="another subnet"),
        pytest.param(_somebody_stopped, "the kill switch", id="kill switch"),
    ],
)
def test_saved_plan_is_void_once_anything_changed(event: Callable[[Stage], None], why: str, tmp_path: Path) -> None:
    """A plan that was read yesterday is not carried out on another world."""
    stage = stage_of()
    saved = _saved(stage, tmp_path)
    event(stage)
    with pytest.raises(CouldNotLook, match=why):
        check_same(saved, planning(stage))


def test_apply_without_a_stack_is_refused(warden: Run) -> None:
    """No journal, no write: exit code 2 and why."""
    done = warden("apply", "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert "apply needs --stack NAME" in done.stderr
    assert "journal" in done.stderr


def test_unreadable_deployed_standard_is_no_reason_to_name_another(warden: Run, deploy: Deploy) -> None:
    """Apply takes no --standard, so that is not what it advises; moto's address of the code leads nowhere."""
    deploy()
    done = warden("apply", "--stack", STACK, "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert "the standard that stack warden was deployed with cannot be read" in done.stderr
    assert "--standard" not in done.stderr


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("{", "is no plan of this version (endpoint-warden/plan/1): it is no JSON: ", id="no JSON"),
        pytest.param("{}", "is no plan of this version (endpoint-warden/plan/1): it has no 'schema'", id="empty"),
        pytest.param('{"schema": "endpoint-warden/scan/1"}', "its schema is 'endpoint-warden/scan/1'", id="a scan"),
        pytest.param("[]", "(endpoint-warden/plan/1): it has not a plan's shape", id="a list"),
    ],
)
def test_file_that_is_no_plan_gives_2(warden: Run, tmp_path: Path, text: str, why: str) -> None:
    """What is wrong with the file is said before AWS is asked."""
    path = tmp_path / "plan.json"
    path.write_text(text)
    done = warden("apply", "--stack", STACK, "--plan", str(path), "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert why in done.stderr


def _write(tmp_path: Path, **facts: Any) -> str:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json.of(planning(stage_of())) | facts))
    return str(path)


@pytest.mark.parametrize(
    ("facts", "words", "why"),
    [
        pytest.param({"stack": "other"}, (), "the plan was made for stack other", id="stack"),
        pytest.param({}, ("--region", "eu-west-1"), "the plan was made for us-east-1", id="region"),
        pytest.param({}, (OTHER.id,), f"the plan does nothing to {OTHER.id}", id="endpoint"),
    ],
)
def test_plan_of_something_else_gives_2(
    warden: Run, tmp_path: Path, facts: dict[str, Any], words: tuple[str, ...], why: str
) -> None:
    """A plan is not stretched to what it was not made for."""
    done = warden("apply", "--stack", STACK, "--plan", _write(tmp_path, **facts), "--yes", *words)
    assert done.exit_code == Code.NOT_LOOKED
    assert why in done.stderr


@pytest.mark.usefixtures("account")
def test_plan_of_another_account_gives_2(warden: Run, tmp_path: Path) -> None:
    """The same ids could never be meant elsewhere."""
    done = warden("apply", "--stack", STACK, "--plan", _write(tmp_path), "--yes")
    assert done.exit_code == Code.NOT_LOOKED
    assert f"the plan was made for account {ACCOUNT}, not 123456789012" in done.stderr


def test_empty_plan_does_nothing(warden: Run, tmp_path: Path) -> None:
    """A plan with nothing to do never means "everything"."""
    done = warden("apply", "--stack", STACK, "--plan", _write(tmp_path, endpoints=[]), "--yes")
    assert done.exit_code == Code.OK
    assert "The saved plan has nothing to do." in done.stderr


def _write_plan(stage: Stage, tmp_path: Path) -> str:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_json.of(planning(stage))))
    return str(path)


@pytest.mark.parametrize(
    ("policy", "code"),
    [pytest.param(DENY, Code.OPEN, id="left to people"), pytest.param(NARROW, Code.OK, id="nothing stays open")],
)
def test_a_saved_plan_with_nothing_to_do_counts_what_it_leaves(
    warden: Run, tmp_path: Path, policy: str, code: Code
) -> None:
    """The same world gives the same exit code, whether its plan was saved or is made just now."""
    stage = stage_of(policy=policy, subnet_ids=(A.id, B.id))
    assert applied(stage) is code
    done = warden("apply", "--stack", STACK, "--plan", _write_plan(stage, tmp_path), "--yes")
    assert done.exit_code == code
    assert ("the plan leaves 1 endpoint to people" in done.stderr) is (code is Code.OPEN)


def test_a_saved_plan_that_is_done_counts_what_it_leaves(tmp_path: Path) -> None:
    """One endpoint is mended, another left to people: 1 both times, though the saved plan looks at the first only."""
    codes = []
    for is_saved in (False, True):
        stage = stage_of(policy=NARROW)
        stage.cloud.put(endpoint(key=OTHER, policy=DENY, subnet_ids=(A.id, B.id)))
        saved = plan_json.load(Path(_write_plan(stage, tmp_path)))
        assert (list(saved.hashes), saved.left) == ([KEY.id], (OTHER.id,))
        shown = planning(stage, *saved.hashes) if is_saved else planning(stage)
        left = saved.left if is_saved else ()
        codes.append(carry_out(Screen(), stage.world, shown, {}, lambda _: True, left))
        assert stage.cloud.writes == 1
    assert codes == [Code.OPEN, Code.OPEN]


def test_narrow_policy_is_no_reason_to_write() -> None:
    """The builder's endpoint needs one fix only, or the tests above would prove less."""
    (one,) = planning(stage_of(policy=NARROW)).planned
    assert len(one.plan.actions) == 1


def test_store_error_is_named() -> None:
    """RetryLater from anywhere in planning reaches the command, which tells it."""
    stage = stage_of()
    stage.ledger.down = True
    with pytest.raises(RetryLater, match="the ledger is away"):
        planning(stage)
