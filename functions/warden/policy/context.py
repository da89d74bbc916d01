"""Where a policy stands, and whose is whose: what the answers about it depend on; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .service import Service
from .services import partition


@dataclass(frozen=True)
class Context:
    """One endpoint, and the organisation that it belongs to."""

    account: str
    """The endpoint's own account."""
    region: str
    service: Service
    now: datetime
    """A proof holds from here on: aws:CurrentTime is never earlier."""
    organisation: str = ""
    accounts: frozenset[str] = frozenset()
    """The accounts that count as ours, the endpoint's own among them or not."""
    complete: bool = True
    """Whether these are all; else an account that a policy names may be ours, though it is not among them."""
    gateway: bool = False
    vpc_id: str = ""
    """"" where it is not known: nothing is concluded from conditions on it then."""
    endpoint_id: str = ""
    owned_buckets: frozenset[str] | None = None
    """The buckets that are ours; None where there is no list, and a bucket's name says nothing of its owner."""

    @cached_property
    def ours(self) -> frozenset[str]:
        """Every account that is ours."""
        return self.accounts | {self.account}

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

    @property
    def partition(self) -> str:
        """The partition of the region: "aws", "aws-cn"..."""
        return partition(self.region)
