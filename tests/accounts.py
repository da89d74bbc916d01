"""Accounts of the local cloud besides its own: a key of twelve digits is the root of the account of that number."""

from typing import Final

from botocore.config import Config

from local.cloud import LocalCloud
from local.network import Network

CONSUMER: Final = "999988887777"
"""One that connects to services of others."""
ONCE: Final = Config(retries={"total_max_attempts": 1}, read_timeout=5)


def root(account: str) -> str:
    """Everybody in this account, as a principal."""
    return f"arn:aws:iam::{account}:root"


def account_of(cloud: LocalCloud, account: str) -> Network:
    """A VPC in an account, seen by its root: subnets 0 and 1 in zone a, 2 in b, 3 in c."""
    return Network.make(cloud.client("ec2", aws_access_key_id=account, config=ONCE), "aabc")
