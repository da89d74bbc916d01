"""standard.toml: read strictly, every problem named at once."""

import json
from pathlib import Path

import pytest

from builders import standard
from warden.errors import BadStandard
from warden.model import Mode
from warden.policy.tables import is_endpoint_service
from warden.rules import EVERY_RULE
from warden.standard_file import load
from warden.zones import MultiAz

SHIPPED = Path(__file__).parents[1] / "functions" / "standard.toml"


def problems(toml: str) -> tuple[str, ...]:
    with pytest.raises(BadStandard) as caught:
        load(toml)
    return caught.value.problems


def test_an_empty_standard_is_the_cautious_one() -> None:
    """Nothing said means two zones demanded, everything told, nothing changed."""
    assert load("").of(MultiAz).min_zones == 2
    assert {load("").mode_of(rule.id) for rule in EVERY_RULE} == {Mode.NOTIFY, Mode.OFF}
    off = {rule.id for rule in EVERY_RULE if load("").mode_of(rule.id) is Mode.OFF}
    assert off == {rule.id for rule in EVERY_RULE if "Off, unless the standard says otherwise" in rule.page}
    assert load("").mode_of("policy-breadth") is Mode.OFF


def test_the_shipped_standard_changes_nothing() -> None:
    """What comes with the product is right, and enforces nothing."""
    shipped = load(SHIPPED.read_text(encoding="utf-8"))
    assert {shipped.mode_of(rule.id) for rule in EVERY_RULE} == {Mode.NOTIFY, Mode.OFF}
    assert not any(baseline.accept_unproved for baseline in shipped.baselines.values())
    assert "s3" in shipped.baselines


def test_every_rule_has_its_settings() -> None:
    """A rule that the standard does not know could not be switched off."""
    assert all(isinstance(load("").mode_of(rule.id), Mode) for rule in EVERY_RULE)


def test_every_setting_says_what_it_means() -> None:
    """People read it beside the setting, in the file and on the rule's page."""
    assert not [(rule.id, key.name) for rule in EVERY_RULE for key in rule.settings.known() if not key.words]


def statement(**element: str) -> str:
    """A baseline with one statement, of KMS's decryption but for these elements."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"} | element
    lines = [f"{name} = {json.dumps(value)}" for name, value in made.items()]
    return "[[baseline.kms.statements]]\n" + "\n".join(lines)


MISTAKES = [
    ({"Effect": "Deny"}, '.Effect is "Deny"; allowed: Allow'),
    ({"Action": "*"}, "allows everybody everything"),
    ({"Action": "Decrypt"}, "has the action 'Decrypt'; an action is named with its service"),
    ({"Resource": "key/x"}, "has the resource 'key/x'; allowed: \"*\" or an ARN of six parts"),
    ({"Resource": "arn:aws:kms:*"}, "has the resource 'arn:aws:kms:*'"),
    ({"Resource": "arn:aws:kms:{region:1:key/x"}, "has a brace that belongs to no placeholder"),
    ({"Resource": "arn:aws:kms:region}:1:key/x"}, "has a brace that belongs to no placeholder"),
]


@pytest.mark.parametrize(
    "name", ["kms", "ecr.api", "ecr.dkr", "monitoring", "bedrock-runtime", "kinesis-streams", "s3"]
)
def test_names_of_services_are_those_of_endpoints(name: str) -> None:
    """And others are slips of the pen, where it is known which there are."""
    assert load(f'[baseline."{name}"]', is_endpoint_service).baselines
    with pytest.raises(BadStandard, match="is of no service that is known"):
        load('[baseline."kmss"]', is_endpoint_service)
    assert load('[baseline."kmss"]').baselines, "a newer service than this version knows is no reason to stand still"


def test_all_settings() -> None:
    """Each key lands where it belongs."""
    made = standard(
        '[organisation]\nid = "o-a1b2c3d4e5"\naccounts = ["111122223333", "444455556666"]\n'
        '[rules.multi-az]\nmode = "off"\nmin_zones = 3\nmin_free_addresses = 20\nsubnet_tags = ["Tier=a=b"]\n'
        '[managed]\ntags = ["terraform", "ManagedBy=x"]\nunknown_creator = "write"\n'
    )
    assert made.accounts == ("111122223333", "444455556666")
    zones = made.of(MultiAz)
    assert (zones.mode, zones.min_zones, zones.min_free_addresses) == (Mode.OFF, 3, 20)
    assert zones.subnet_tags == (("Tier", "a=b"),)
    assert made.managed.tags == (("terraform", None), ("ManagedBy", "x"))
    assert made.managed.write_unknown_creator


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        pytest.param("a = ", "it is not TOML: Invalid value", id="not TOML"),
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
            "rules.multi-az.min_zones is true; allowed",
            id="a boolean is no number",
        ),
        pytest.param(
            '[rules.multi-az]\nmode = "on"', 'rules.multi-az.mode is "on"; allowed: off, notify, enforce', id="mode"
        ),
        pytest.param('[rules.multi-az]\nsubnet_tags = ["Tier"]', 'allowed: tags written as "key=value"', id="tag"),
        pytest.param("[rules.multi-az]\nsubnet_tags = [1]", 'allowed: tags written as "key=value"', id="tag type"),
        pytest.param('[rules.multi-az]\nsubnet_tags = "a=b"', "allowed: a list", id="list"),
        pytest.param(
            '[rules.multi-az]\nsubnet_tags = ["Tier = a"]',
            'allowed: tags written as "key=value", without spaces around key and value (entry 1 is "Tier = a")',
            id="tag with spaces",
        ),
        pytest.param(
            '[managed]\ntags = ["ManagedBy= x"]',
            'allowed: tags written as "key" or "key=value", without spaces around key and value',
            id="mark with spaces",
        ),
        pytest.param('[managed]\ntags = ["=x"]', 'allowed: tags written as "key" or "key=value"', id="mark"),
        pytest.param("[managed]\ntags = [{}]", 'allowed: tags written as "key" or "key=value"', id="mark type"),
        pytest.param(
            '[organisation]\nid = "o-UPPER"',
            'organisation.id is "o-UPPER"; allowed: an organisation id',
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
        *(pytest.param(statement(**element), says, id=says) for element, says in MISTAKES),
        pytest.param(
            '[rules.endpoint-policy]\nmode = "enforce"', "neither organisation.id nor organisation.accounts", id="whose"
        ),
        pytest.param(
            '[rules.identity-perimeter]\nmode = "enforce"', "allowed: off, notify", id="no fix to be enforced"
        ),
        pytest.param(
            '[organisation]\naccounts = ["111122223333", "1234"]', '(entry 2 is "1234")', id="which entry of a list"
        ),
        pytest.param(
            '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\n'
            'Resource = "arn:aws:kms:{regin}:1:key/x"',
            "{regin}; allowed: account, bare_region, organisation, partition, region",
            id="placeholder",
        ),
        pytest.param(
            "[baseline.kms]\naccept_unproved = true\n"
            '[[baseline.kms.statements]]\nEffect = "Allow"\nPrincipal = "*"\nAction = "*"\nResource = "*"\n'
            'Condition = { StringEquals = { "aws:PrincipalOrgID" = "{organisation}" } }',
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
