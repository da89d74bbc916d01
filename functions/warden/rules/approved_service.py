"""The rule `approved-service`: endpoints lead to services that are allowed where they stand."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..checked import NotAllowed, account, listed, part, tag
from ..model import (
    Breach,
    Endpoint,
    Judgement,
    Kind,
    Need,
    NotApplicable,
    Pass,
    Severity,
    Snapshot,
    Unknown,
)
from ..neighbours import Vpc
from ..policy.services import short_name
from ..settings import Setting, Settings
from ..standard import Standard
from .rule import beside_the_point, rule

_NAME: Final = re.compile(r"[A-Za-z0-9*][A-Za-z0-9.*-]*")


class Lists(NamedTuple):
    """What is allowed and refused at some place; `allowed` empty allows all."""

    allowed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    tag: tuple[str, str] | None = None
    """The tag of the VPCs for which it holds."""
    account: str = ""
    """The account for which it holds."""

    def __str__(self) -> str:
        """Say where it holds."""
        if self.tag:
            return f"VPCs tagged {'='.join(self.tag)}"
        return f"account {self.account}" if self.account else "every VPC"


def name(value: object) -> str:
    """A service's short or whole name, in which * stands for any text."""
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise NotAllowed('names of services such as "s3", "ecr.*" or "com.amazonaws.vpce.*"')


def of_vpcs(value: object) -> Lists:
    """Lists for the VPCs with a tag."""
    return _lists(value, "tag")


def of_account(value: object) -> Lists:
    """Lists for an account."""
    return _lists(value, "account")


def _lists(value: object, where: str) -> Lists:
    if not isinstance(value, dict) or not {where} < set(value) <= {where, "allowed", "refused"}:
        raise NotAllowed(f"tables with {where}, and allowed, refused or both")
    allowed, refused = (part(value, key, listed(name)) if key in value else () for key in ("allowed", "refused"))
    if where == "tag":
        return Lists(allowed, refused, tag=part(value, "tag", tag))
    return Lists(allowed, refused, account=part(value, "account", account))


class ApprovedService(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "approved-service"
    allowed: Setting[tuple[str, ...]] = Setting(
        (), listed(name), 'services that may have endpoints, all where it is empty: ["s3", "ecr.*"]'
    )
    refused: Setting[tuple[str, ...]] = Setting((), listed(name), "services that may have none, whatever is allowed")
    vpcs: Setting[tuple[Lists, ...]] = Setting(
        (), listed(of_vpcs), 'besides, for VPCs with a tag: [{ tag = "Env=prod", refused = ["execute-api"] }]'
    )
    accounts: Setting[tuple[Lists, ...]] = Setting(
        (), listed(of_account), 'besides, for an account: [{ account = "111122223333", allowed = ["s3"] }]'
    )


@rule(
    ApprovedService,
    severity=Severity.MEDIUM,
    applies_to=frozenset({Kind.INTERFACE, Kind.GATEWAY, Kind.GATEWAY_LOAD_BALANCER}),
    not_for={
        Kind.RESOURCE: "a resource endpoint leads to a resource configuration and names no service",
        Kind.SERVICE_NETWORK: "a service-network endpoint leads to a service network and names no service",
    },
    needs=frozenset({Need.VPC}),
    reads_service=False,
)
def approved_service(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints to services that the standard does not allow where they stand.

    Why: each endpoint is a way out of the VPC; which ways there are is a decision, and no accident.
    Fix: none: an endpoint that an application uses is not taken away.
    Risk: none, nothing is changed. Names are matched whole: "ec2" is not "ec2messages"; a FIPS variant counts as its
        service. Each list that applies to the endpoint's VPC or account must allow the service, and none may refuse it.
        Where nothing is listed, nothing is judged.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    endpoint, settings = seen.endpoint, standard.of(ApprovedService)
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    everywhere = Lists(settings.allowed, settings.refused)
    here = [one for one in settings.accounts if one.account == endpoint.key.account]
    if not (everywhere != Lists() or here or settings.vpcs):
        return NotApplicable("the standard says of no service whether it is approved here")
    breach = next(filter(None, (_broken(endpoint, one) for one in (everywhere, *here))), None)
    if breach or not settings.vpcs:
        return breach or Pass()
    return _by_vpc(endpoint, seen.vpc, settings.vpcs)


def _by_vpc(endpoint: Endpoint, vpc: Vpc | None, lists: tuple[Lists, ...]) -> Judgement:
    """What the lists for tags of VPCs say; the VPC is only read where they could say something else."""
    broken = [(one, breach) for one in lists if (breach := _broken(endpoint, one))]
    if not broken:
        return Pass()
    if vpc is None:
        return Need.VPC
    if vpc.may_hide_tags(endpoint.key.account):
        return Unknown(f"the tags of {endpoint.vpc_id} are not to be seen, and what is approved hangs on them")
    return next((breach for one, breach in broken if one.tag and vpc.tags.get(one.tag[0]) == one.tag[1]), Pass())


def _broken(endpoint: Endpoint, lists: Lists) -> Breach | None:
    names = {endpoint.service_name, short_name(endpoint.service_name, endpoint.home)}
    evidence = {"service": endpoint.service_name, "where": str(lists)}
    refused = next((pattern for pattern in lists.refused if _matches(pattern, names)), None)
    if refused:
        words = f"endpoints to {endpoint.service_name} are refused in {lists} ({refused})"
        return Breach("service-refused", words, evidence, advice=_ADVICE)
    if lists.allowed and not any(_matches(pattern, names) for pattern in lists.allowed):
        words = f"endpoints to {endpoint.service_name} are not among those allowed in {lists}"
        return Breach("service-not-approved", words, evidence, advice=_ADVICE)
    return None


_ADVICE: Final = "ask whoever made it; then allow the service in rules.approved-service, or take the endpoint away"


def _matches(pattern: str, names: set[str]) -> bool:
    """Whether it is the pattern's service; "S3" is no other, and would refuse nothing if it were."""
    expression = ".*".join(re.escape(words) for words in pattern.split("*"))
    return any(re.fullmatch(expression, one, re.IGNORECASE) for one in names)
