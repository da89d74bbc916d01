"""The account that is looked at: whose credentials, which region, and clients for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, InvalidRegionError, ProfileNotFound
from botocore.parsers import ResponseParserError

from warden.actions import Action
from warden.aws import Ec2, Elsewhere
from warden.errors import CannotFix, NotYet
from warden.hosted_zones import Client as Route53Client
from warden.hosted_zones import Route53
from warden.metrics import Metrics
from warden.provider import Provider
from warden.trails import Trails

from .exits import CouldNotLook
from .trouble import concerns_credentials, concerns_network

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_ec2 import EC2Client

ALL: Final = "all"
"""Stands for every region that the account has enabled."""
AGENT: Final = "endpoint-warden-cli"
AWS_ERRORS: Final = (ClientError, BotoCoreError, ResponseParserError)
"""All that a call to AWS raises; the last where something that is not AWS answers, such as a proxy's page."""
READ: Final = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 4},
    user_agent_extra=AGENT,
)
"""A person waits, and need not be quick: throttled calls are tried once more than by the functions."""
WRITE: Final = READ.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
"""One attempt, as the functions make: ModifyVpcEndpoint has no client token, so a resend is blind."""
MEND: Final = (
    "Correct what it names, in the environment (`env | grep AWS_`) or in the configuration (`aws configure list`; "
    "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say where it is, else ~/.aws)."
)


@contextmanager
def translated() -> Iterator[None]:
    """A block, or a function, in which an answer that no service of AWS gave is told as such."""
    try:
        yield
    except ResponseParserError as error:
        raise CouldNotLook(f"something that is not AWS answered: {str(error).splitlines()[0][:200]}") from error


class Session(boto3.Session):
    """A session that says what keeps it from making a client: a region, an address or a setting that is wrong.

    botocore looks at those only now, and names a wrong address of AWS_ENDPOINT_URL by a bare ValueError.
    """

    if not TYPE_CHECKING:  # boto3-stubs gives each service's client a type of its own, which this would take away

        def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  passed on as it came
            """Make a client; raise CouldNotLook where that cannot be."""
            try:
                return super().client(service_name, *args, **kwargs)
            except InvalidRegionError as error:
                do = "Give a region's name: --region eu-central-1."
                raise CouldNotLook(f"{kwargs.get('region_name')!r} is no AWS region", do) from error
            except (BotoCoreError, ValueError) as error:
                what = f"the AWS configuration does not fit {service_name}: {error}"
                raise CouldNotLook(what, MEND) from error


class Ec2WithAnswers(Ec2):
    """EC2 that keeps, by endpoint id, what AWS said of a write that it did not take: a person at a terminal asks."""

    def __init__(
        self,
        account: str,
        region: str,
        client: EC2Client,
        make_writer: Callable[[], EC2Client],
        elsewhere: Elsewhere,
    ) -> None:
        """Take the same as Ec2 does."""
        super().__init__(account, region, client, make_writer, elsewhere)
        self.answers: dict[str, str] = {}

    def apply(self, endpoint_id: str, actions: tuple[Action, ...]) -> None:
        """Do as Ec2 does, and keep the answer."""
        try:
            super().apply(endpoint_id, actions)
        except (NotYet, CannotFix) as error:
            self.answers[endpoint_id] = str(error)
            raise


@dataclass(frozen=True, slots=True)
class Account:
    """An account in one region, as one identity sees it."""

    session: Session
    region: str
    endpoint_url: str | None
    id: str
    """12 digits."""
    identity: str
    """The ARN of whoever looks."""

    @property
    def how(self) -> dict[str, Any]:
        """How each client of this account is made, besides its name."""
        return {"region_name": self.region, "endpoint_url": self.endpoint_url, "config": READ}

    @property
    def ec2(self) -> Ec2WithAnswers:
        """EC2 of the account; its writer, CloudWatch, CloudTrail and Route 53 are made only if they are asked."""
        metrics = Metrics(partial(self.session.client, "cloudwatch", **self.how))
        elsewhere = Elsewhere(metrics, Trails(self.region, self._cloudtrail), Route53(self.region, self._route53))
        return Ec2WithAnswers(self.id, self.region, self._ec2(READ), partial(self._ec2, WRITE), elsewhere)

    @property
    def provider(self) -> Provider:
        """The endpoint services that the account provides; a client for load balancers is made only if one has some."""
        balancers = partial(self.session.client, "elbv2", **self.how)
        return Provider(self.id, self.region, self._ec2(READ), balancers, partial(self._ec2, WRITE))

    def _ec2(self, config: Config) -> EC2Client:
        return self.session.client("ec2", region_name=self.region, endpoint_url=self.endpoint_url, config=config)

    def _cloudtrail(self, region: str) -> CloudTrailClient:
        return self.session.client("cloudtrail", region_name=region, endpoint_url=self.endpoint_url, config=READ)

    def _route53(self) -> Route53Client:
        client: Route53Client = self.session.client("route53", **self.how)
        return client

    def elsewhere(self, region: str) -> Account:
        """The same account in another region."""
        return replace(self, region=region)

    def regions(self, wanted: Sequence[str]) -> list[str]:
        """The regions to look at: those wanted, or this one; `all` is asked of EC2."""
        if ALL not in wanted:
            return list(dict.fromkeys(wanted)) or [self.region]
        try:
            answer = self._ec2(READ).describe_regions()
        except AWS_ERRORS as error:
            raise CouldNotLook(f"the regions of account {self.id} cannot be listed: {error}") from error
        return sorted(region["RegionName"] for region in answer["Regions"])


def connect(profile: str | None, region: str | None, endpoint_url: str | None) -> Account:
    """Find out which account these credentials are of; raise CouldNotLook where that cannot be told, and why."""
    if region == ALL:
        what = "this command looks at one region: --region all is for scan, review, vpcs and services"
        raise CouldNotLook(what, "Name the region: --region eu-central-1.")
    session = _session(profile)
    place = region or os.environ.get("AWS_REGION") or session.region_name
    if not place:
        raise CouldNotLook("no region is known", "Give --region REGION, set AWS_REGION, or set it in the profile.")
    sts = session.client("sts", region_name=place, endpoint_url=endpoint_url, config=READ)
    try:
        answer = sts.get_caller_identity()
    except AWS_ERRORS as error:
        raise CouldNotLook(
            _why_unknown(error, f"profile {profile}" if profile else "the environment", place)
        ) from error
    return Account(session, place, endpoint_url, answer["Account"], answer["Arn"])


def _why_unknown(error: Exception, where: str, place: str) -> str:
    """Why AWS does not tell whose the credentials are: the network, the configuration, or they themselves."""
    if concerns_network(error):
        return f"AWS cannot be reached in {place}: {error}"
    if isinstance(error, ClientError) and concerns_credentials(error):
        return f"AWS does not accept the credentials of {where} in {place}: {error}"
    if concerns_credentials(error):
        return f"the credentials of {where} cannot be used: {error}"
    return f"AWS does not tell in {place} whose the credentials of {where} are: {error}"


def _session(profile: str | None) -> Session:
    try:
        return Session(profile_name=profile)
    except ProfileNotFound as error:
        # Not boto3's session: it would look for AWS_PROFILE again, which may be the one that is not there.
        known = ", ".join(botocore.session.Session().available_profiles) or "none"
        by = "--profile" if profile else "AWS_PROFILE or AWS_DEFAULT_PROFILE in the environment"
        raise CouldNotLook(f"{error}; it was named by {by}", f"Profiles that there are: {known}.") from error
    except BotoCoreError as error:
        raise CouldNotLook(f"the AWS configuration cannot be read: {error}", MEND) from error
