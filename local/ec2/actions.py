"""What all our EC2 actions share: the stage, who calls, what a token made already, and how a list is answered."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from local.ec2 import paging
from local.ec2.staging import Staging


class Made(Protocol):
    """Something that a call made, which remembers the call's token."""

    client_token: str | None


Thing = TypeVar("Thing", bound=Made)


class Actions(EC2Response):  # type: ignore[misc]  # moto is untyped
    """moto's EC2; it finds each action by its method's name, so that ours take the place of its own."""

    def __init__(self, staging: Staging, callers: frozenset[str] = frozenset(), *, stale: bool = False) -> None:
        """Answer from this stage, to whom these ARNs name; `stale`: endpoints as they were before the last change."""
        super().__init__()
        self.staging = staging
        self.callers = callers
        self.stale = stale

    def _given(self, *names: str) -> dict[str, Any]:
        return {name: self._get_param(name) for name in names}

    def _where(self) -> tuple[str, str]:
        return self.current_account, self.region

    def _made_before(self, known: Mapping[str, Thing]) -> Thing | None:
        """Return what the ClientToken of the call made already: the same again makes nothing new."""
        token = self._get_param("ClientToken")
        return next((one for one in known.values() if token and one.client_token == token), None)

    def _listed(self, member: str, found: Iterable[dict[str, Any]], known: Mapping[str, paging.Read]) -> ActionResult:
        """Answer a describe with the page that is asked for, of those that pass the filters."""
        filters = self._filters_from_querystring()
        paging.check(filters, known)
        passed = [facts for facts in found if paging.matches(facts, filters, known)]
        items, token = paging.page(passed, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult({member: items, "NextToken": token})
