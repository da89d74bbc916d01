"""The composition root of on_change: environment, logger, clients; the only module with effects at import.

Clients are made once for each execution environment. Those that only a write needs are made before the first write.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import botocore.session
from aws_lambda_powertools import Logger
from botocore.config import Config

from warden.aws import Ec2, Elsewhere
from warden.events import Place
from warden.hosted_zones import Route53
from warden.ledger import Ledger
from warden.mailbox import Mailbox
from warden.metrics import Metrics
from warden.model import Mode
from warden.notify import Topic
from warden.ports import World
from warden.provider import Provider
from warden.standard import Standard
from warden.standard_file import load
from warden.switch import KillSwitch
from warden.trails import Trails

if TYPE_CHECKING:
    from collections.abc import Mapping

MODELS: Final = Path(__file__).with_name("models")
"""AWS's descriptions of the calls that are made here, which botocore reads in place of its own: see tools/models.py."""
STANDARD: Final = Path(__file__).with_name("standard.toml")
READ: Final = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
"""For EC2, which may take long to describe a thousand endpoints."""
QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
"""For all others, which answer in milliseconds or are in trouble."""
WRITE: Final = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})

logger: Final = Logger()
_session = botocore.session.Session()
_session.set_config_variable("data_path", str(MODELS))
boto3.setup_default_session(botocore_session=_session)


def place(env: Mapping[str, str] = os.environ) -> Place:
    """Where this function stands."""
    return Place(env["WARDEN_ACCOUNT"], env["AWS_REGION"], env["WARDEN_ROLE_ARN"])


@cache
def standard() -> Standard:
    """What the organisation demands; raise BadStandard, each time anew, where the file is wrong."""
    return load(STANDARD.read_text(encoding="utf-8"))


@cache
def mailbox() -> Mailbox:
    """The queue of things to look at, and its dead letters."""
    return Mailbox(_client("sqs", QUICK), os.environ["WARDEN_QUEUE_URL"], os.environ["WARDEN_DEAD_LETTERS_URL"])


@cache
def world() -> World:
    """Everything outside, and what this stack is; a missing variable or a strange mode is an error of the template."""
    env, here = os.environ, place()
    ec2 = _client("ec2", READ)
    return World(
        cloud=Ec2(
            here.account,
            here.region,
            ec2,
            partial(_client, "ec2", WRITE),
            Elsewhere(
                Metrics(partial(_client, "cloudwatch", READ)),
                Trails(here.region, partial(_client, "cloudtrail", QUICK)),
                Route53(here.region, partial(_client, "route53", QUICK)),
            ),
        ),
        services=Provider(
            here.account, here.region, ec2, partial(_client, "elbv2", READ), partial(_client, "ec2", WRITE)
        ),
        ledger=Ledger(_client("dynamodb", QUICK), env["WARDEN_TABLE"]),
        topic=Topic(_client("sns", QUICK), env["WARDEN_TOPIC_ARN"]),
        post=mailbox(),
        switch=KillSwitch(partial(_client, "ssm", QUICK), env["WARDEN_KILL_SWITCH"]),
        standard=standard(),
        ceiling=Mode(env["WARDEN_MODE"]),
        stack=env["WARDEN_STACK"],
        now=partial(datetime.now, UTC),
    )


def _client(service: str, config: Config, region: str | None = None) -> Any:  # noqa: ANN401  boto3 makes each class
    """A client of this region, or of another."""
    return boto3.client(service, config=config, region_name=region)  # type: ignore[call-overload]
