"""standard.toml: read strictly, every problem named at once."""

from pathlib import Path

import pytest

from builders import standard
from warden.errors import BadStandard
from warden.model import Mode
from warden.rules import RULES
from warden.standard import RULE_IDS, Standard, load

SHIPPED = Path(__file__).parents[1] / "functions" / "standard.toml"


def problems(toml: str) -> tuple[str, ...]:
    with pytest.raises(BadStandard) as caught:
        load(toml)
    return caught.value.problems


def test_an_empty_standard_is_the_cautious_one() -> None:
    """Nothing said means two zones demanded, everything told, nothing changed."""
    assert load("") == Standard()
    assert load("").multi_az.min_zones == 2
    assert {load("").mode_of(rule.id) for rule in RULES} == {Mode.NOTIFY}


def test_the_shipped_standard_changes_nothing() -> None:
    """What comes with the product is right, and enforces nothing."""
    shipped = load(SHIPPED.read_text(encoding="utf-8"))
    assert {shipped.mode_of(rule.id) for rule in RULES} == {Mode.NOTIFY}
    assert not any(baseline.accept_unproved for baseline in shipped.baselines.values())
    assert "s3" in shipped.baselines


def test_every_rule_has_its_settings() -> None:
    """A rule that the standard does not know could not be switched off."""
    assert tuple(rule.id for rule in RULES) == RULE_IDS


def test_all_settings() -> None:
    """Each key lands where it belongs."""
    made = standard(
        '[organisation]\nid = "o-a1b2c3d4e5"\naccounts = ["111122223333", "444455556666"]\n'
        '[rules.multi-az]\nmode = "off"\nmin_zones = 3\nmin_free_addresses = 20\nsubnet_tags = ["Tier=a=b"]\n'
        '[managed]\ntags = ["terraform", "ManagedBy=x"]\nunknown_creator = "write"\n'
    )
    assert made.accounts == ("111122223333", "444455556666")
    assert (made.multi_az.mode, made.multi_az.min_zones, made.multi_az.min_free_addresses) == (Mode.OFF, 3, 20)
    assert made.multi_az.subnet_tags == (("Tier", "a=b"),)
    assert made.managed.tags == (("terraform", None), ("ManagedBy", "x"))
    assert made.managed.write_unknown_creator


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        pytest.param("a = ", "standard.toml is not TOML: Invalid value", id="not TOML"),
        pytest.param(
            "[rules.multi-az]\nmin_zone = 2",
            "rules.multi-az.min_zone is not a known key; did you mean min_zones?",
            id="unknown key, nearest named",
        ),
        pytest.param(
            "[zzz]",
            "zzz is not a known key; known here: baseline, managed, organisation, rules",
            id="unknown key, none near",
        ),
        pytest.param(
            "[rules.multi-az]\nmin_zones = 0",
            "rules.multi-az.min_zones is 0; allowed: a whole number from 1 to 6",
            id="range",
        ),
        pytest.param(
            "[rules.multi-az]\nmin_zones = true",
            "rules.multi-az.min_zones is True; allowed",
            id="a boolean is no number",
        ),
        pytest.param(
            '[rules.multi-az]\nmode = "on"', "rules.multi-az.mode is 'on'; allowed: off, notify, enforce", id="mode"
        ),
        pytest.param('[rules.multi-az]\nsubnet_tags = ["Tier"]', 'allowed: tags written as "key=value"', id="tag"),
        pytest.param("[rules.multi-az]\nsubnet_tags = [1]", 'allowed: tags written as "key=value"', id="tag type"),
        pytest.param('[rules.multi-az]\nsubnet_tags = "a=b"', "allowed: a list", id="list"),
        pytest.param('[managed]\ntags = ["=x"]', 'allowed: tags written as "key" or "key=value"', id="mark"),
        pytest.param("[managed]\ntags = [{}]", 'allowed: tags written as "key" or "key=value"', id="mark type"),
        pytest.param(
            '[organisation]\nid = "o-UPPER"',
            "organisation.id is 'o-UPPER'; allowed: an organisation id",
            id="organisation",
        ),
        pytest.param(
            "[organisation]\naccounts = [111122223333]", "allowed: an account id of 12 digits, in quotes", id="account"
        ),
        pytest.param('[organisation]\naccounts = ["111122223333", "111122223333"]', "stands twice", id="twice"),
        pytest.param("rules = 3", "rules is 3; allowed: a table", id="table"),
        pytest.param(
            "[baseline.kms]\naccept_unproved = 1",
            "baseline.kms.accept_unproved is 1; allowed: true, false",
            id="boolean",
        ),
        pytest.param("[baseline.events]", "baseline.events is not allowed: EventBridge", id="no resource keys"),
        pytest.param(
            '[[baseline.kms.statements]]\nEffect = "allow"',
            'baseline.kms.statements[0].Effect is "allow"; allowed: Allow, Deny',
            id="statement",
        ),
        pytest.param(
            '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\nResource = "{regin}"',
            "{regin}; allowed: account, organisation, partition, region",
            id="placeholder",
        ),
        pytest.param(
            "[baseline.kms]\naccept_unproved = true\n"
            '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\nResource = "{organisation}"',
            "organisation.id is missing",
            id="organisation needed",
        ),
        pytest.param(f'[organisation]\nid = "{"x" * 200}"', "xxx...; allowed", id="long values are cut"),
    ],
)
def test_names_key_value_and_what_is_allowed(toml: str, says: str) -> None:
    """One problem, one sentence that is enough to mend it."""
    (problem,) = problems(toml)
    assert says in problem


def test_all_problems_at_once() -> None:
    """Nobody wants to deploy five times to learn of five errors."""
    assert len(problems('[organisation]\nid = "x"\n[rules.multi-az]\nmin_zones = 9\nmode = "on"\n[rulez]\n')) == 4
