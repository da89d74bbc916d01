"""Elastic Load Balancing of the local cloud: moto's, whose load balancers stand in the subnets of our EC2.

MiniStack's knows no subnets, so that all its load balancers are in zone a. Classic load balancers, which have the same
name in a signature, stay with it.
"""

import asyncio
from typing import Any, Final

from ministack.core import responses
from ministack.services import alb
from moto.core.request import Request
from moto.core.responses import ActionResult
from moto.elbv2.exceptions import ELBClientError, LoadBalancerNotFoundError
from moto.elbv2.responses import ELBV2Response

from local.ec2.front import ONE_AT_A_TIME

SEGMENTS: Final = {"application": "app", "network": "net", "gateway": "gwy"}
"""How a type shows in ARNs.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
"""
MOST: Final = 20
""""You can specify up to 20 load balancers in a single call" (API_DescribeLoadBalancers)."""

Answer = tuple[int, dict[str, str], bytes]


class _Actions(ELBV2Response):  # type: ignore[misc]  # moto is untyped
    """moto's load balancers with their ARNs right, and none passed over that is not there."""

    def create_load_balancer(self) -> ActionResult:
        """CreateLoadBalancer; moto gives every type the ARN of an application load balancer."""
        kind = self._get_param("Type") or "application"
        if kind not in SEGMENTS:
            message = f"'{kind}' must be one of '{', '.join(SEGMENTS)}'"
            raise ELBClientError("ValidationError", message)
        made = super().create_load_balancer()
        (balancer,) = made.result["LoadBalancers"]
        known = self.elbv2_backend
        arn = balancer.arn.replace(":loadbalancer/app/", f":loadbalancer/{SEGMENTS[kind]}/")
        known.load_balancers[arn] = known.load_balancers.pop(balancer.arn)
        known.tagging_service.copy_tags(balancer.arn, arn)
        balancer.arn = arn
        return made

    def describe_load_balancers(self) -> ActionResult:
        """DescribeLoadBalancers; one unknown ARN fails the whole call."""
        arns = self._get_param("LoadBalancerArns", [])
        if len(arns) > MOST:
            message = f"Up to {MOST} load balancer ARNs can be specified"
            raise ELBClientError("ValidationError", message)
        if not set(arns) <= set(self.elbv2_backend.load_balancers):
            raise LoadBalancerNotFoundError
        return super().describe_load_balancers()


def install() -> None:
    """Take MiniStack's place, behind its check of who may call."""
    classic = alb.handle_request

    async def tapped(
        method: str, path: str, headers: dict[str, str], body: bytes | str, query: dict[str, Any]
    ) -> Answer:
        text = body.encode() if isinstance(body, str) else body
        if b"Version=2015-12-01" not in text:
            answer: Answer = await classic(method, path, headers, body, query)
            return answer
        return await asyncio.to_thread(_answer, headers, text)

    alb.handle_request = tapped


def _answer(headers: dict[str, str], body: bytes) -> Answer:
    """Let moto answer; its stores are EC2's, and not made for threads either."""
    account, region = responses.get_account_id(), responses.get_region()
    url = f"http://elasticloadbalancing.{region}.amazonaws.com/"
    request = Request.from_primitives("POST", url, {**headers, "x-moto-account-id": account}, body)
    with ONE_AT_A_TIME:
        status, _, answer = _Actions()._dispatch(request, request.raw_url, request.headers)  # noqa: SLF001
    return int(status), {"Content-Type": "text/xml"}, answer if isinstance(answer, bytes) else str(answer).encode()
