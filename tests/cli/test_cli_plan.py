"""`warden plan`: what would be done, why not, and bound to what was seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import boto3
import pytest
from typer.testing import Result

from builders import ACCOUNT, KEY, REGION, endpoint, standard
from cli import plan_view
from cli.exits import Code, CouldNotLook
from cli.planned import Planned, Planning
from cli.planning import as_stack, supposed
from cli.screen import Screen
from cli.standards import Named
from fakes import FakeCloud, Stage
from warden.ledger import Memory
from warden.model import Mode, Outcome

Run: TypeAlias = Callable[..., Result]
Make: TypeAlias = Callable[..., str]
Deploy: TypeAlias = Callable[..., None]

STACK = "warden"
NAMED = Named(standard(), "a standard", "mine.toml")
TELLING = '[rules.multi-az]\nmode = "notify"\n'


def _planned(stage: Stage) -> Planned:
    (planned,) = as_stack(stage.world, ACCOUNT, REGION, [KEY.id])
    return planned


def test_plan_says_what_would_be_done(warden: Run, enforcing: str, interface: Make, subnets: tuple[str, ...]) -> None:
    """A sentence, the command that does it, and the one that takes it back; exit code 1."""
    found = interface()
    done = warden("plan", "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    assert f"TO DO  multi-az: add {subnets[1]} (use1-az" in done.stdout
    call = f"aws ec2 modify-vpc-endpoint --region us-east-1 --vpc-endpoint-id {found}"
    assert f"      {call} --add-subnet-ids {subnets[1]}\n" in done.stdout
    assert f"      {call} --remove-subnet-ids {subnets[1]}\n" in done.stdout
    assert "1 to be changed, 0 with something that stays as it is." in done.stderr


def test_long_commands_stand_at_the_end(warden: Run, enforcing: str, interface: Make) -> None:
    """A policy does not tear the text apart."""
    interface(narrow=False)
    text = warden("plan", "--standard", enforcing).stdout
    assert text.index("command [1] at the end") < text.index("\n[1]:\n")
    assert "--policy-document '{" in text.split("\n[1]:\n")[1]


@pytest.mark.parametrize(
    ("tags", "options", "why"),
    [
        pytest.param({}, ("--mode", "notify"), "the mode is notify (the option --mode)", id="mode"),
        pytest.param({"warden:hands-off": "x"}, (), "the tag warden:hands-off holds back every fix", id="hands off"),
    ],
)
def test_plan_says_why_not(
    warden: Run, enforcing: str, interface: Make, tags: dict[str, str], options: tuple[str, ...], why: str
) -> None:
    """What holds a fix back is named, with what would be done and how to do it by hand."""
    interface(**tags)
    done = warden("plan", "--standard", enforcing, *options)
    assert done.exit_code == Code.OPEN
    assert why in done.stdout
    assert "Would do: add subnet-" in done.stdout
    assert "By hand" in done.stdout


def test_plan_shows_the_patch_of_what_code_manages(
    warden: Run, enforcing: str, interface: Make, subnets: tuple[str, ...]
) -> None:
    """In place of the command, with the whole list; a policy at the end; and programs get both."""
    path = Path(enforcing)
    path.write_text(path.read_text().replace("[managed]", '[managed]\ntags = ["terraform"]'))
    found = interface(terraform="yes", narrow=False)
    text = warden("plan", "--standard", enforcing).stdout
    assert f"    In the code that manages it:\n      # Terraform: in the aws_vpc_endpoint with the id {found}\n" in text
    assert f'      subnet_ids = [\n        "{subnets[0]}",\n        "{subnets[1]}",\n      ]\n' in text
    assert text.index("patch [1] at the end") < text.index("\n[1]:\n") < text.index("policy = <<-POLICY\n")
    assert "By hand" not in text
    (one,) = json.loads(warden("plan", "--standard", enforcing, "--format", "json").stdout)["endpoints"]
    assert [held["patch"].startswith("# Terraform: ") for held in one["left"]] == [True, True]


@pytest.mark.parametrize("coded", [True, False])
def test_what_has_no_fix_is_told_where_it_is_managed(
    warden: Run, enforcing: str, interface: Make, *, coded: bool
) -> None:
    """In a plan and in a scan, for people and for programs: by the patch, or else by the command."""
    path = Path(enforcing)
    demand = '[rules.required-tags]\ntags = ["Owner"]\n'
    path.write_text(path.read_text().replace("[managed]", '[managed]\ntags = ["terraform"]') + demand)
    found = interface(zones=2, **({"terraform": "yes"} if coded else {}))
    plan, scan = (warden(command, "--standard", enforcing, terminal=True).stdout for command in ("plan", "scan"))
    assert ("aws ec2 create-tags" in plan) is not coded
    assert ("aws ec2 create-tags" in scan) is not coded
    assert ('"Owner" = "VALUE"' in plan) is coded
    assert (f"`warden plan {found}` shows what to change in code." in scan) is coded
    for command, key in (("plan", "left"), ("scan", "findings")):
        (one,) = json.loads(warden(command, "--standard", enforcing, "--format", "json").stdout)["endpoints"]
        told = next(item for item in one[key] if item["rule"] == "required-tags")
        assert told["patch"].startswith("# Terraform: ") is coded
        assert told["advice"].startswith("set the tag Owner in the code that manages the endpoint") is coded


def test_nothing_to_do_gives_0(warden: Run, enforcing: str, interface: Make) -> None:
    """A compliant account has an empty plan."""
    interface(zones=2)
    done = warden("plan", "--standard", enforcing)
    assert done.exit_code == Code.OK
    assert done.stdout == ""


def test_json_and_saved_plan_are_the_same(warden: Run, enforcing: str, interface: Make, tmp_path: Path) -> None:
    """The saved plan is what --format json prints, and has the hash of what was seen."""
    found = interface()
    out = tmp_path / "plan.json"
    done = warden("plan", "--standard", enforcing, "--format", "json", "--out", str(out))
    told = json.loads(done.stdout)
    assert told == json.loads(out.read_text())
    assert told["schema"] == "endpoint-warden/plan/1"
    (one,) = told["endpoints"]
    assert one["endpoint"]["id"] == found
    assert len(one["seen_hash"]) == 16
    assert list(one["request"]) == ["AddSubnetIds"]


@pytest.mark.usefixtures("account")
def test_plan_that_cannot_be_saved_gives_2(warden: Run, enforcing: str, tmp_path: Path) -> None:
    """A folder that is not there is named."""
    out = tmp_path / "nowhere" / "plan.json"
    done = warden("plan", "--standard", enforcing, "--out", str(out))
    assert done.exit_code == Code.NOT_LOOKED
    assert f"cannot be saved as {out}: No such file or directory" in done.stderr


def test_plan_of_a_stack_takes_its_mode(warden: Run, enforcing: str, interface: Make, deploy: Deploy) -> None:
    """With --stack the deployed function's own ceiling counts."""
    interface()
    deploy(mode="notify")
    done = warden("plan", "--stack", STACK, "--standard", enforcing)
    assert done.exit_code == Code.OPEN
    assert "Not done: the mode is notify (the stack" in done.stdout
    assert "which need not be what stack warden judges by" in done.stderr


def test_reason_names_the_standard_that_says_so(warden: Run, telling: str, interface: Make, deploy: Deploy) -> None:
    """A file that was named is not taken for the deployed standard, nor the other way round."""
    interface()
    deploy()
    done = warden("plan", "--stack", STACK, "--standard", telling)
    assert f"Not done: the mode is notify (the rule multi-az in {telling})." in done.stdout
    assert "counts once it is deployed" not in done.stderr


def test_plan_that_cannot_be_applied_says_so_at_once(
    warden: Run, enforcing: str, interface: Make, deploy: Deploy, tmp_path: Path
) -> None:
    """Made by a file, with a stack: said on the screen, in the saved plan, and by apply, with the way that leads on."""
    interface()
    deploy()
    out = tmp_path / "plan.json"
    done = warden("plan", "--stack", STACK, "--standard", enforcing, "--out", str(out))
    why = f"it was made by {enforcing}, and apply counts no standard but the one that stack {STACK} has"
    assert f"`warden apply` does not take this plan: {why}. Deploy that standard" in done.stderr
    assert json.loads(out.read_text())["cannot_apply"] == why
    refused = warden("apply", "--stack", STACK, "--plan", str(out), "--yes")
    assert refused.exit_code == Code.NOT_LOOKED
    assert f"the plan cannot be applied: {why}" in refused.stderr
    assert "then plan again without --standard" in refused.stderr


def test_plan_without_a_stack_may_be_applied(warden: Run, enforcing: str, interface: Make, tmp_path: Path) -> None:
    """Where a stack would do the same, it is no matter by what the plan was made."""
    interface()
    out = tmp_path / "plan.json"
    done = warden("plan", "--standard", enforcing, "--out", str(out))
    assert "does not take this plan" not in done.stderr
    assert json.loads(out.read_text())["cannot_apply"] == ""


def test_mode_of_a_stack_is_its_own(warden: Run) -> None:
    """--mode beside --stack is refused before AWS is asked, not ignored."""
    done = warden("plan", "--stack", STACK, "--mode", "enforce")
    assert done.exit_code == Code.NOT_LOOKED
    assert "--mode is of no use with --stack: the mode is that of stack warden" in done.stderr


def test_plan_of_a_stack_says_that_a_changed_file_must_be_deployed(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason is the deployed standard's, whatever a file here says; so the way to change it is told."""
    stage = Stage(cloud=FakeCloud.of(endpoint()), toml=TELLING)
    planned = tuple(as_stack(stage.world, ACCOUNT, REGION, ()))
    plan_view.show(Screen(), Planning(ACCOUNT, REGION, STACK, "mode enforce", "it", stage.clock(), planned))
    shown = capsys.readouterr()
    assert "Not done: the mode is notify (the rule multi-az in the deployed standard.toml)" in shown.out
    assert "counts once it is deployed: `sam build && sam deploy`." in shown.err


def test_plan_of_a_stack_takes_its_kill_switch(warden: Run, enforcing: str, interface: Make, deploy: Deploy) -> None:
    """A kill switch at stop is the reason that is given."""
    interface()
    deploy(kill_switch="stop")
    done = warden("plan", "--stack", STACK, "--standard", enforcing)
    assert "Not done: the mode is notify (the kill switch)." in done.stdout


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param("", "the kill switch /warden/kill-switch is missing: deploy the stack again", id="missing"),
        pytest.param("halt", "the kill switch /warden/kill-switch is 'halt'; allowed: run, stop", id="another word"),
    ],
)
def test_kill_switch_that_says_nothing_gives_2(
    warden: Run, enforcing: str, interface: Make, deploy: Deploy, value: str, why: str
) -> None:
    """Nobody says what would be done; and the advice is the one that helps, which is not to wait."""
    interface()
    deploy(kill_switch=value or "run")
    if not value:
        boto3.client("ssm", region_name="us-east-1").delete_parameter(Name="/warden/kill-switch")
    done = warden("plan", "--stack", STACK, "--standard", enforcing)
    assert done.exit_code == Code.NOT_LOOKED
    assert why in done.stderr
    assert "aws ssm put-parameter --overwrite --type String --name /warden/kill-switch --value run" in done.stderr
    assert "Wait a minute" not in done.stderr


def test_deployed_standard_that_cannot_be_read_gives_2(warden: Run, deploy: Deploy) -> None:
    """No file that lies about is taken in its place; moto's address of the code leads nowhere."""
    deploy()
    done = warden("plan", "--stack", STACK)
    assert done.exit_code == Code.NOT_LOOKED
    assert "Name the file that it was deployed from: --standard FILE." in done.stderr


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("command", ["plan", "doctor"])
def test_stack_that_is_not_there_gives_2(warden: Run, command: str) -> None:
    """The name is told, and where it was looked for."""
    done = warden(command, "--stack", "nope")
    assert done.exit_code == Code.NOT_LOOKED
    assert "there is no stack nope in account 123456789012, us-east-1" in done.stderr


@pytest.mark.usefixtures("account")
def test_stack_of_another_product_gives_2(warden: Run) -> None:
    """A stack without our function is not ours."""
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    boto3.client("cloudformation", region_name="us-east-1").create_stack(StackName="other", TemplateBody=body)
    done = warden("plan", "--stack", "other")
    assert done.exit_code == Code.NOT_LOOKED
    assert "it is not a stack of Endpoint Warden" in done.stderr


def test_id_that_is_none_is_refused_before_aws_is_asked(warden: Run) -> None:
    """A word that is no id never reaches AWS."""
    done = warden("plan", "vpce-1; rm -rf /")
    assert done.exit_code == Code.NOT_LOOKED
    assert "'vpce-1; rm -rf /' is no endpoint's id" in done.stderr


def test_endpoint_that_is_not_there_is_named() -> None:
    """One of several that is missing is an error, not left out."""
    with pytest.raises(CouldNotLook, match=KEY.id):
        list(supposed(FakeCloud(), NAMED, [KEY.id], Mode.ENFORCE, Stage().clock()))


def test_without_a_stack_nobody_is_known_to_have_made_an_endpoint() -> None:
    """What a stack would do that was deployed just now: hold back."""
    (planned,) = supposed(FakeCloud.of(endpoint()), NAMED, [KEY.id], Mode.ENFORCE, Stage().clock())
    assert planned.plan.actions == ()
    assert planned.plan.results[0].outcome is Outcome.HELD
    assert "who made it is not known" in planned.plan.results[0].why


def test_stack_remembers_the_maker() -> None:
    """With the journal, a maker that was seen lets the fix through."""
    stage = Stage(cloud=FakeCloud.of(endpoint()))
    stage.ledger.memories[KEY] = Memory(creator_known=True)
    assert _planned(stage).plan.actions


def test_plan_is_silent_to_the_world() -> None:
    """Planning writes nothing, tells nobody, remembers nothing."""
    stage = Stage(cloud=FakeCloud.of(endpoint()))
    _planned(stage)
    assert (stage.cloud.writes, stage.topic.sent, stage.ledger.journal, stage.ledger.memories) == (0, [], {}, {})
