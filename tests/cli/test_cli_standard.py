"""`warden standard check` and `warden explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import Result

from builders import OFF
from cli.exits import Code
from warden.rules import EVERY_RULE, RULES, SERVICE_RULES, VPC_RULES
from warden.rules.rule import AnyRule, Rule
from warden.standard import Standard
from warden.standard_file import load

Run: TypeAlias = Callable[..., Result]
SHIPPED = Path(__file__).parents[2] / "functions" / "standard.toml"


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "standard.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_good_standard_gives_0(warden: Run) -> None:
    """The product's own standard is found, named and good."""
    done = warden("standard", "check")
    assert done.exit_code == Code.OK
    assert done.stdout.startswith("OK  ")
    assert "functions/standard.toml: notify multi-az, stuck, endpoint-policy, identity-perimeter, " in done.stdout


def test_all_problems_are_told_at_once(warden: Run, tmp_path: Path) -> None:
    """Each problem is a line with the file, the key and what is allowed; exit code 1."""
    path = _file(tmp_path, '[rules.multi-az]\nmode = "enforced"\nmin_zone = 2\n[organisation]\nid = "x"\n')
    done = warden("standard", "check", path)
    assert done.exit_code == Code.OPEN
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"PROBLEM  {path}: ") for line in lines)
    assert "rules.multi-az.min_zone is not a known key; did you mean min_zones?" in done.stdout


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        pytest.param("", "Neither organisation.id nor organisation.accounts is given", id="nobody is ours"),
        pytest.param(OFF, "Every rule is off", id="off"),
        pytest.param(
            '[rules.required-endpoints]\nmode = "notify"',
            "required-endpoints is on, and its demands are empty",
            id="empty",
        ),
        pytest.param(
            '[rules.required-endpoints]\ndemands = [{ services = ["smm", "com.amazonaws.eu-west-1.smm"] }]',
            'rules.required-endpoints names "smm", which is no service that is known here',
            id="demanded",
        ),
        pytest.param('[rules.required-endpoints]\nby_own_name = ["lgos"]', 'names "lgos"', id="by its own name"),
        pytest.param('[rules.approved-service]\nrefused = ["exectue-api"]', 'names "exectue-api"', id="refused"),
        pytest.param(
            '[rules.approved-service]\nvpcs = [{ tag = "Env=prod", allowed = ["smm"] }]', 'names "smm"', id="for a tag"
        ),
        pytest.param(
            '[rules.approved-service]\naccounts = [{ account = "111122223333", refused = ["smm"] }]',
            'names "smm"',
            id="for an account",
        ),
        pytest.param(
            '[rules.security-group]\nports = [{ service = "email-smpt", ports = [25] }]', '"email-smpt"', id="ports"
        ),
        pytest.param(
            '[rules.network-activity-logged]\nsources = [{ service = "bedrok", source = "bedrock.amazonaws.com" }]',
            '"bedrok"',
            id="sources",
        ),
    ],
)
def test_what_is_hardly_meant_is_remarked(warden: Run, tmp_path: Path, text: str, remark: str) -> None:
    """It is no error, since AWS may be newer than what is known here."""
    done = warden("standard", "check", _file(tmp_path, text))
    assert done.exit_code == Code.OK
    assert remark in done.stderr


def test_what_may_be_meant_is_not_remarked(warden: Run, tmp_path: Path) -> None:
    """Names of AWS's services, patterns and whole names."""
    path = _file(
        tmp_path,
        '[organisation]\nid = "o-a1b2c3d4e5"\n[rules.approved-service]\n'
        'allowed = ["s3", "ecr.*", "ecr.api", "EC2", "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"]\n'
        'refused = ["execute-api", "aws.sagemaker.eu-west-1.notebook"]\n[rules.required-endpoints]\nmode = "notify"\n'
        'demands = [{ services = ["ssm", "kms-fips", "email-smtp", "vpce-svc-0123456789abcdef0"] }]\n',
    )
    assert warden("standard", "check", path).stderr == ""


@pytest.mark.parametrize("name", ["missing.toml", ""], ids=["missing", "a folder"])
def test_unreadable_standard_gives_2(warden: Run, tmp_path: Path, name: str) -> None:
    """What cannot be read is named, with the reason."""
    done = warden("standard", "check", str(tmp_path / name))
    assert done.exit_code == Code.NOT_LOOKED
    assert f"{tmp_path / name} cannot be read: " in done.stderr


def test_standard_that_is_no_text_gives_2(warden: Run, tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are told by their place."""
    path = tmp_path / "standard.toml"
    path.write_bytes(b"# \xff")
    done = warden("standard", "check", str(path))
    assert done.exit_code == Code.NOT_LOOKED
    assert "is not UTF-8 text: invalid start byte at byte 2" in done.stderr


def test_wrong_standard_keeps_a_scan_from_guessing(warden: Run, tmp_path: Path) -> None:
    """A scan by a wrong standard gives 2, names every problem, and asks AWS nothing."""
    path = _file(tmp_path, "[rules.multi-az]\nmode = 1\nmin_zones = 9\n")
    done = warden("scan", "--standard", path)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"{path} has 2 problems:" in done.stderr
    assert "rules.multi-az.min_zones is 9; allowed: a whole number from 1 to 6" in done.stderr


@pytest.mark.parametrize(("more", "advice"), [("", "Correct it;"), ("min_zones = 9\n", "Correct them;")])
def test_advice_fits_the_number_of_problems(warden: Run, tmp_path: Path, more: str, advice: str) -> None:
    """One problem is "it", several are "them"."""
    done = warden("scan", "--standard", _file(tmp_path, f"[rules.multi-az]\nmode = 1\n{more}"))
    assert advice in done.stderr


def test_standard_without_rules_judges_nothing(warden: Run, tmp_path: Path) -> None:
    """All rules off must not look like compliance."""
    path = _file(tmp_path, OFF)
    done = warden("scan", "--standard", path)
    assert done.exit_code == Code.NOT_LOOKED
    assert f"every rule of endpoints is off in {path}: nothing can be judged" in done.stderr
    assert warden("standard", "check", path).exit_code == Code.OK


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_explained_whole(warden: Run, rule: Rule) -> None:
    """Why, Fix, Risk, Source, settings with defaults, and every kind with the reason."""
    done = warden("explain", rule.id)
    assert done.exit_code == Code.OK
    for part in ("Why: ", "Fix: ", "Risk: ", "Source: https://", "(default ", "Gateway: ", "told as UNSUPPORTED"):
        assert part in done.stdout
    assert ("never on an event" in done.stdout) is rule.only_swept


DEMANDS = 'demands = [{ services = ["s3", "ssm"], tag = "Env=prod", hub = "Role=hub" }, { services = ["kms"] }]'
NAMES = 'by_own_name = ["airflow.api", "transfer.server"]'
TAGS = 'tags = ["Owner", "Env=prod|test"]'


def test_settings_are_those_of_the_standard(warden: Run, tmp_path: Path) -> None:
    """What the file says stands beside what it would be without."""
    path = _file(tmp_path, '[rules.multi-az]\nmin_zones = 3\nsubnet_tags = ["Tier=private"]\n[baseline.kms]\n')
    text = warden("explain", "multi-az", "--standard", path).stdout
    assert "rules.multi-az.min_zones = 3  (default 2)" in text
    assert 'rules.multi-az.subnet_tags = ["Tier=private"]  (default [])' in text
    assert "baseline.kms.accept_unproved = false" in warden("explain", "endpoint-policy", "--standard", path).stdout


def test_a_setting_is_shown_with_what_it_means(warden: Run) -> None:
    """And the page says what the rule may read."""
    text = warden("explain", "multi-az").stdout
    assert "(default 2)\n        interface endpoints stand in at least so many Availability Zones\n" in text
    assert "It reads, where the verdict hangs on it: subnets, route tables.\n" in text
    assert "hangs on it: other endpoints of the VPC.\n" in warden("explain", "duplicate").stdout
    assert "It reads, where the verdict hangs on it: nothing but endpoint" in warden("explain", "policy-lint").stdout


def test_what_has_parts_is_shown_as_the_file_has_it(warden: Run, tmp_path: Path) -> None:
    """Tables, tags with several values, and lists of two names, which are no tag."""
    path = _file(tmp_path, f"[rules.required-endpoints]\n{DEMANDS}\n{NAMES}\n[rules.required-tags]\n{TAGS}\n")
    text = "".join(warden("explain", one, "--standard", path).stdout for one in ("required-endpoints", "required-tags"))
    assert all(f".{line}  (default " in text for line in (DEMANDS, NAMES, TAGS))


def test_unknown_rule_names_the_nearest(warden: Run) -> None:
    """A slip of the pen is answered."""
    done = warden("explain", "multiaz")
    assert done.exit_code == Code.NOT_LOOKED
    assert "there is no rule 'multiaz'" in done.stderr
    assert "Did you mean multi-az?" in done.stderr


def test_unknown_rule_that_is_near_to_none_names_them_all(warden: Run) -> None:
    """And guesses at nothing."""
    done = warden("explain", "nope")
    assert "Did you mean" not in done.stderr
    assert all(rule.id in done.stderr for rule in EVERY_RULE)


def test_a_rule_that_is_off_is_explained(warden: Run, tmp_path: Path) -> None:
    """Where all others are off, too: whoever is to switch one on reads its page first."""
    path = _file(tmp_path, OFF)
    assert warden("explain", "multi-az", "--standard", path).exit_code == Code.OK
    assert "multi-az  high, mode off" in warden("explain", "--standard", path).stdout


def test_explain_alone_lists_the_rules(warden: Run) -> None:
    """Every rule, its mode, and its first sentence."""
    done = warden("explain")
    assert done.exit_code == Code.OK
    assert all(rule.id in done.stdout and rule.page.splitlines()[0] in done.stdout for rule in EVERY_RULE)


def test_init_writes_the_standard_that_ships(warden: Run, tmp_path: Path) -> None:
    """With every setting of every rule at its default, and it passes its own check."""
    path = tmp_path / "mine.toml"
    done = warden("standard", "init", str(path))
    assert (done.exit_code, path.read_text("utf-8")) == (Code.OK, SHIPPED.read_text("utf-8"))
    assert warden("standard", "check", str(path)).exit_code == Code.OK
    assert values(load(path.read_text("utf-8"))) == values(load(""))
    assert f"warden scan --standard {path}" in done.stderr.replace("\n", " ")
    assert f"Without --standard, and for what is deployed, {SHIPPED} counts." in done.stderr.replace("\n", " ")


def examples() -> Iterator[tuple[str, str, str]]:
    """Rule, key and example of each setting whose words have one after a colon."""
    for rule in EVERY_RULE:
        for key in rule.settings.known():
            _, colon, rest = key.words.partition(": [")
            if colon:
                depths = list(accumulate((one in "[{") - (one in "]}") for one in f"[{rest}"))
                yield rule.id, key.name, f"[{rest}"[: depths.index(0) + 1]


@pytest.mark.parametrize(
    ("rule", "key", "example"), [pytest.param(*one, id=f"{one[0]}.{one[1]}") for one in examples()]
)
def test_an_example_can_be_taken_as_it_stands(rule: str, key: str, example: str) -> None:
    """It is what the key takes, and the file has it on one line: an inline table that is broken is no TOML."""
    assert load(f"[rules.{rule}]\n{key} = {example}").rules[rule].values[key]
    assert any(example in line and len(line) <= 120 for line in SHIPPED.read_text("utf-8").splitlines())


def test_every_list_that_is_hard_to_write_has_an_example() -> None:
    """Or the test above would hold of nothing."""
    named = {(rule, key) for rule, key, _ in examples()}
    tables = {"demands", "registry", "vpcs", "accounts", "ports", "sources"}
    assert {(rule.id, key.name) for rule in EVERY_RULE for key in rule.settings.known() if key.name in tables} <= named


def values(standard: Standard) -> dict[str, object]:
    """Every setting of every rule."""
    return {rule: settings.values for rule, settings in standard.rules.items()}


def test_init_never_writes_over_a_file(warden: Run, tmp_path: Path) -> None:
    """What somebody wrote stays."""
    path = tmp_path / "standard.toml"
    path.write_text("mine", encoding="utf-8")
    done = warden("standard", "init", str(path))
    assert (done.exit_code, path.read_text("utf-8")) == (Code.NOT_LOOKED, "mine")
    assert "is there already" in done.stderr


def test_init_says_where_it_cannot_write(warden: Run, tmp_path: Path) -> None:
    """No traceback, and nothing half-written."""
    done = warden("standard", "init", str(tmp_path / "no" / "such" / "folder.toml"))
    assert done.exit_code == Code.NOT_LOOKED
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("rule", [*VPC_RULES, *SERVICE_RULES], ids=lambda rule: rule.id)
def test_rule_of_something_else_is_explained(warden: Run, rule: AnyRule) -> None:
    """Its page and settings, and which command asks it; it speaks of no kind of endpoint."""
    done = warden("explain", rule.id)
    assert done.exit_code == Code.OK
    assert all(part in done.stdout for part in ("Why: ", "Fix: ", "Risk: ", "Source: https://", "(default "))
    assert "told as UNSUPPORTED" not in done.stdout
    command = "warden vpcs" if rule in VPC_RULES else "warden services"
    assert f"`{command}` shows what it says" in done.stdout
    refused = warden("explain", rule.id, "--endpoint", "vpce-0123456789abcdef0")
    assert refused.exit_code == Code.NOT_LOOKED
    assert f"`{command}` shows what it says" in refused.stderr
