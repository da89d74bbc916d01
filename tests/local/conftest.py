"""One local cloud and one deployed stack for the tests of the local cloud; a VPC, and roles, of each test's own."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts import CONSUMER, ONCE, account_of, root
from local.cloud import LocalCloud
from local.network import Network
from local.provider import Provider


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """A running cloud, as the root of its account."""
    with LocalCloud() as running:
        yield running


@pytest.fixture(scope="session")
def stack(cloud: LocalCloud) -> dict[str, str]:
    """The outputs of the test stack."""
    return cloud.deploy(Path(__file__).parent / "stack", {"Address": "ops@example.com"}, stack="probe")


@pytest.fixture
def ec2(cloud: LocalCloud) -> Iterator[Any]:
    """An EC2 client that tries once; faults are cleared after the test."""
    yield cloud.client("ec2", config=ONCE)
    cloud.stage.reset()


@pytest.fixture
def network(ec2: Any) -> Network:
    """A VPC of the test's own: subnets 0 and 1 in zone a, 2 in b, 3 in c."""
    return Network.make(ec2, "aabc")


@pytest.fixture
def consumer(cloud: LocalCloud) -> Network:
    """A VPC of another account."""
    return account_of(cloud, CONSUMER)


@pytest.fixture
def ours(cloud: LocalCloud, network: Network) -> Iterator[dict[str, Any]]:
    """An endpoint service of the cloud's own account, for everybody; it is gone after the test."""
    here = Provider(network, cloud.client("elbv2"))
    one = here.service("*")
    yield one
    assert here.clear(one["ServiceId"]) == []


@pytest.fixture
def as_role(cloud: LocalCloud) -> Callable[..., Any]:
    """Return a function that makes a client, of EC2 unless said, in a session of a new role with these statements."""

    def client(*statements: dict[str, Any], service: str = "ec2") -> Any:
        name = f"role-{uuid.uuid4().hex[:8]}"
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": root(cloud.account)},
            "Action": "sts:AssumeRole",
        }
        iam = cloud.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=_policy(*statements))
        given = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="someone")["Credentials"]
        keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
        return cloud.client(service, config=ONCE, aws_session_token=given["SessionToken"], **keys)

    return client


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
