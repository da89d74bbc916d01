"""EC2 calls are authorised once per resource named, with its tags.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.network import Network

ARN = "arn:aws:ec2:eu-central-1:123456789012"
NOT_HANDS_OFF = {
    "Effect": "Allow",
    "Action": "ec2:ModifyVpcEndpoint",
    "Resource": f"{ARN}:vpc-endpoint/*",
    "Condition": {"Null": {"aws:ResourceTag/warden:hands-off": "true"}},
}
SUBNETS = {"Effect": "Allow", "Action": "ec2:ModifyVpcEndpoint", "Resource": f"{ARN}:subnet/*"}
AsRole = Callable[..., Any]


def _adds_subnet(client: Any, network: Network, endpoint: str) -> None:
    client.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[network.subnet_ids[2]])


def test_both_statements_allow(network: Network, as_role: AsRole) -> None:
    """The endpoint by one statement, the subnet by the other."""
    endpoint = network.endpoint()
    _adds_subnet(as_role(NOT_HANDS_OFF, SUBNETS), network, endpoint)
    assert len(network.facts(endpoint)["SubnetIds"]) == len((0, 2))


def test_a_tagged_endpoint_is_refused(network: Network, as_role: AsRole) -> None:
    """The tag on the endpoint counts, and one on the subnet does not."""
    endpoint, other = network.endpoint(), network.endpoint("sns")
    tag = [{"Key": "warden:hands-off", "Value": "anything"}]
    network.ec2.create_tags(Resources=[endpoint, network.subnet_ids[2]], Tags=tag)
    client = as_role(NOT_HANDS_OFF, SUBNETS)
    with pytest.raises(ClientError, match=rf"UnauthorizedOperation.*vpc-endpoint/{endpoint}"):
        _adds_subnet(client, network, endpoint)
    _adds_subnet(client, network, other)


@pytest.mark.parametrize(("allowed", "refused"), [(NOT_HANDS_OFF, "subnet/"), (SUBNETS, "vpc-endpoint/")])
def test_each_resource_named_must_be_allowed(
    network: Network, as_role: AsRole, allowed: dict[str, Any], refused: str
) -> None:
    """One statement alone is not enough; nothing is changed."""
    endpoint = network.endpoint()
    with pytest.raises(ClientError, match=rf"UnauthorizedOperation.*{refused}"):
        _adds_subnet(as_role(allowed), network, endpoint)
    assert network.facts(endpoint)["SubnetIds"] == [network.subnet_ids[0]]


@pytest.mark.parametrize("change", ["AddSecurityGroupIds", "RemoveSubnetIds"])
def test_groups_and_removed_subnets_are_named_too(network: Network, as_role: AsRole, change: str) -> None:
    """Whatever is named is authorised."""
    endpoint = network.endpoint()
    facts = network.facts(endpoint)
    value = facts["Groups"][0]["GroupId"] if change == "AddSecurityGroupIds" else facts["SubnetIds"][0]
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        as_role(NOT_HANDS_OFF).modify_vpc_endpoint(VpcEndpointId=endpoint, **{change: [value]})


def test_an_explicit_deny_wins(network: Network, as_role: AsRole) -> None:
    """Deny on one subnet refuses the whole call."""
    deny = {"Effect": "Deny", "Action": "ec2:*", "Resource": f"{ARN}:subnet/{network.subnet_ids[2]}"}
    with pytest.raises(ClientError, match="explicit deny"):
        _adds_subnet(as_role(NOT_HANDS_OFF, SUBNETS, deny), network, network.endpoint())


def test_dry_run_is_authorised_first(network: Network, as_role: AsRole) -> None:
    """Botocore's model, DryRun: "Otherwise, it is UnauthorizedOperation"."""
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        as_role(SUBNETS).modify_vpc_endpoint(VpcEndpointId=network.endpoint(), DryRun=True)


def test_a_describe_names_no_resource(network: Network, as_role: AsRole) -> None:
    """Describe actions take no resource: only `*` allows them."""
    allowed = {"Effect": "Allow", "Action": "ec2:DescribeVpcEndpoints", "Resource": "*"}
    asked = {"VpcEndpointIds": [network.endpoint()]}
    assert as_role(allowed).describe_vpc_endpoints(**asked)["VpcEndpoints"]
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        as_role({**allowed, "Resource": f"{ARN}:vpc-endpoint/*"}).describe_vpc_endpoints(**asked)


def test_signatures_are_checked(cloud: LocalCloud) -> None:
    """An unknown key opens nothing."""
    stranger = cloud.client("ec2", aws_access_key_id="AKIASTRANGER00000000", aws_secret_access_key="guess")
    with pytest.raises(ClientError, match="AuthFailure"):
        stranger.describe_vpcs()


def test_an_action_that_ec2_has_not(cloud: LocalCloud) -> None:
    """InvalidAction: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html ."""
    client = cloud.client("ec2")
    client.meta.events.register("before-call", lambda params, **_: params["body"].update(Action="MakeCoffee"))
    with pytest.raises(ClientError, match="InvalidAction"):
        client.describe_vpcs()
