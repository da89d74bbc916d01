"""Every rule of endpoints asked at once of endpoints of the local cloud: `warden scan` with all of them on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from local.cloud import LocalCloud
from local.network import Network
from warden.rules import RULES

Run: TypeAlias = Callable[..., Result]
Scan: TypeAlias = Callable[[], dict[str, dict[str, str]]]

SETTINGS = {
    "required-tags": 'tags = ["Owner"]',
    "approved-service": 'refused = ["sqs"]',
    "approved-owner": 'registry = [{ owner = "999988887777", purpose = "billing", contact = "ann@example.com" }]',
    "private-dns": 'want = "on"',
    "address-headroom": "min_free = 1000",
}
ALL_ON = '[organisation]\nid = "o-a1b2c3d4e5"\n' + "".join(
    f'[rules.{rule.id}]\nmode = "notify"\n{SETTINGS.get(rule.id, "")}\n' for rule in RULES
)
NARROW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["kms:Decrypt"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}},
        },
    }
)
YOUNG = dict.fromkeys(("unused", "underused", "zones-beyond-need"), "NOT_APPLICABLE")
"""No endpoint of a test is old enough to have been used for long."""
OF_OTHERS = dict.fromkeys(("gwlb-zone-set", "gwlb-route-locality", "gateway-instead"), "NOT_APPLICABLE")
"""Rules that do not speak of an interface endpoint of KMS."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud with nothing in it but what the tests make."""
    with LocalCloud() as running:
        yield running


@pytest.fixture
def network(cloud: LocalCloud) -> Network:
    """A VPC of the test's own with a subnet in each of three zones, in which private names can be."""
    ec2 = cloud.client("ec2")
    made = Network.make(ec2)
    ec2.modify_vpc_attribute(VpcId=made.vpc_id, EnableDnsHostnames={"Value": True})
    return made


@pytest.fixture
def scan(cloud: LocalCloud, warden: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """A function that scans the account by all rules; by endpoint and rule the code of a breach, else the verdict."""
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    standard = tmp_path / "standard.toml"
    standard.write_text(ALL_ON, encoding="utf-8")

    def run() -> dict[str, dict[str, str]]:
        done = warden("scan", "--format", "json", "--standard", str(standard))
        assert not done.stderr, done.stderr
        found = json.loads(done.stdout)["endpoints"]
        return {
            one["endpoint"]["id"]: {item["rule"]: item["code"] or item["verdict"] for item in one["findings"]}
            for one in found
        }

    return run


def test_what_is_made_without_a_thought(network: Network, scan: Scan) -> None:
    """One zone, EC2's own policy and group, nobody's tag, no trail: each rule says what is the matter, or why not."""
    endpoint_id = network.endpoint("kms")
    assert scan()[endpoint_id] == {
        "multi-az": "too-few-zones",
        "zone-coverage": "PASS",
        "address-headroom": "subnet-nearly-full",
        "stuck": "PASS",
        "endpoint-policy": "full-access",
        "identity-perimeter": "NOT_APPLICABLE",
        "resource-perimeter": "NOT_APPLICABLE",
        "policy-lint": "PASS",
        "policy-breadth": "NOT_APPLICABLE",
        "security-group": "default-group",
        "private-dns": "PASS",
        "approved-service": "PASS",
        "approved-owner": "PASS",
        "required-tags": "missing-tags",
        "network-activity-logged": "no-trail",
        "duplicate": "PASS",
        **YOUNG,
        **OF_OTHERS,
    }


def test_what_is_made_with_care(network: Network, scan: Scan) -> None:
    """And a second one like it is one too many."""
    group = _group(network, "10.0.0.0/16")
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Owner", "Value": "network"}]}]
    facts: dict[str, Any] = {"PolicyDocument": NARROW, "SecurityGroupIds": [group], "TagSpecifications": tags}
    good = network.endpoint("kms", (0, 1), **facts)
    twin = network.endpoint("kms", (0, 1), PrivateDnsEnabled=False, **facts)
    found = scan()
    assert {rule: said for rule, said in found[good].items() if said not in {"PASS", "NOT_APPLICABLE"}} == {
        "address-headroom": "subnet-nearly-full",
        "network-activity-logged": "no-trail",
    }
    assert found[twin]["private-dns"] == "taken-by-another"


def test_who_gets_in_is_read_from_the_groups(network: Network, scan: Scan) -> None:
    """Both halves of all addresses, in two permissions."""
    group = _group(network, "0.0.0.0/1", "128.0.0.0/1")
    endpoint_id = network.endpoint("kms", SecurityGroupIds=[group])
    assert scan()[endpoint_id]["security-group"] == "open-to-all"


def _group(network: Network, *blocks: str) -> str:
    """A security group of the VPC that lets these blocks in at port 443."""
    made = network.ec2.create_security_group(GroupName=blocks[0], Description="test", VpcId=network.vpc_id)
    for block in blocks:
        network.ec2.authorize_security_group_ingress(
            GroupId=made["GroupId"], CidrIp=block, IpProtocol="tcp", FromPort=443, ToPort=443
        )
    return str(made["GroupId"])
