"""Where a policy stands, and whose is whose: what the answers about it depend on; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

from .service import Service
from .services import partition


class Context:
    """One endpoint, and the organisation that it belongs to; it never changes. No dataclass: those load for 9 ms."""

    def __init__(  # noqa: PLR0913  these are the facts that there are
        self,
        *,
        account: str,
        region: str,
        vpc_region: str = "",
        service: Service,
        now: datetime,
        organisation: str = "",
        accounts: frozenset[str] = frozenset(),
        complete: bool = True,
        gateway: bool = False,
        vpc_id: str = "",
        endpoint_id: str = "",
        owned_buckets: frozenset[str] | None = None,
    ) -> None:
        """Take what is known; "" and None where it is not, and nothing is concluded from it then."""
        self.account = account
        """The endpoint's own account."""
        self.region = region
        """Where the service stands, to whose region the calls go: mostly the VPC's own."""
        self.vpc_region = vpc_region or region
        self.service = service
        self.now = now
        """A proof holds from here on: aws:CurrentTime is never earlier."""
        self.organisation = organisation
        self.accounts = accounts
        """The accounts that count as ours, the endpoint's own among them or not."""
        self.complete = complete
        """Whether these are all; else an account that a policy names may be ours, though it is not among them."""
        self.gateway = gateway
        self.vpc_id = vpc_id
        self.endpoint_id = endpoint_id
        self.owned_buckets = owned_buckets
        """The buckets that are ours; None where there is no list, and a bucket's name says nothing of its owner."""
        self.ours = accounts | {account}
        """Every account that is ours."""
        self.partition = partition(region)
        """The partition of the region: "aws", "aws-cn"..."""

    def may_be_ours(self, account: str, organisation: str, named: Callable[[str], bool]) -> bool:
        """Whether one who does not count as ours may be ours all the same: who is named, and whom we do not know."""
        account_unknown = not self.complete and named(account)
        return account_unknown or bool(organisation and not self.organisation and named(organisation))

    @cached_property
    def beginnings(self) -> Mapping[str, str]:
        """How the ARNs of each type of resource begin, up to what differs from one to the next."""
        filled = {name: self._begun(kind.arn) for name, kind in self.service.types.items()}
        return {name: text.partition("$")[0] for name, text in filled.items()}

    def _begun(self, form: str) -> str:
        return form.replace("${Partition}", self.partition).replace("${Region}", self.region)
