"""What can be written to, as the shell sees it: an endpoint, or an endpoint service of ours."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from .actions import Action
from .decide import Gates, decide, seen_hash
from .errors import NotYet
from .image import carries, expected, image
from .model import NOT_READY, Endpoint, Finding, Json, Need, Plan, Subject
from .observe import Judged
from .ports import World
from .rules import RULES
from .sight import Sight


class Target(Protocol):
    """One thing that was looked at and judged, with all that a write to it takes."""

    @property
    def about(self) -> Endpoint | Subject:
        """What it is, as people are told of it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say of it."""

    @property
    def left_out(self) -> frozenset[str]:
        """Rules that were not asked this time."""

    @property
    def unready(self) -> str:
        """Why it is to be looked at again before it is told of; "" where it is ready."""

    def awaits(self, rules: AbstractSet[str]) -> str:
        """Why what is new of these rules is about to change; "" where it is not."""

    def decide(self, gates: Gates) -> Plan:
        """What is to be done about the findings."""

    def check_unchanged(self, plan: Plan) -> None:
        """Raise NotYet where it is no longer as the plan saw it, by an answer of EC2 that is fresh."""

    def image(self, wanted: Json) -> Json:
        """What this request would change, as it was seen."""

    def expected(self, done: Json) -> Json:
        """The same after this request, all of it done."""

    def write(self, actions: tuple[Action, ...]) -> Mapping[str, str]:
        """Carry out the actions in one call: by id, AWS's words of the parts that it did not do."""

    def carried(self, wanted: Json) -> Json | None:
        """As much of this request as was there when it was looked at; None where nothing was."""

    def carried_now(self, wanted: Json) -> Json | None:
        """The same, read afresh."""


@dataclass(frozen=True, slots=True)
class EndpointTarget:
    """An endpoint."""

    world: World
    judged: Judged
    sight: Sight | None = None
    """Where it was read with others; None if it was read just now."""

    @property
    def about(self) -> Endpoint:
        """See Target."""
        return self.judged.seen.endpoint

    @property
    def findings(self) -> tuple[Finding, ...]:
        """See Target."""
        return self.judged.findings

    @property
    def left_out(self) -> frozenset[str]:
        """See Target."""
        return self.judged.left_out

    @property
    def unready(self) -> str:
        """See Target."""
        return f"the endpoint is {self.about.state}" if self.about.state in NOT_READY else ""

    def awaits(self, rules: AbstractSet[str]) -> str:
        """See Target: another endpoint that leads to the same place is on its way."""
        siblings = self.judged.seen.siblings or ()
        coming = [one for one in siblings if one.state in NOT_READY and one.way == self.about.way]
        if coming and rules <= {rule.id for rule in RULES if Need.SIBLINGS in rule.needs}:
            return f"{coming[0].key.id}, which leads to the same place, is {coming[0].state}"
        return ""

    def decide(self, gates: Gates) -> Plan:
        """See Target."""
        return decide(self.judged.seen, self.judged.findings, self.world.standard, gates)

    def check_unchanged(self, plan: Plan) -> None:
        """See Target."""
        if self.sight is None:
            return
        now = self.sight.now(plan.key.id)
        if now is None or seen_hash(now) != plan.seen_hash:
            raise NotYet("the endpoint changed while others were written")

    def image(self, wanted: Json) -> Json:  # noqa: ARG002  an endpoint's image is the same for every write
        """See Target."""
        return image(self.about)

    def expected(self, done: Json) -> Json:
        """See Target."""
        return expected(image(self.about), done)

    def write(self, actions: tuple[Action, ...]) -> Mapping[str, str]:
        """See Target: all of them or none."""
        self.world.cloud.apply(self.about.key.id, actions)
        return {}

    def carried(self, wanted: Json) -> Json | None:
        """See Target."""
        return wanted if carries(self.about, wanted) else None

    def carried_now(self, wanted: Json) -> Json | None:
        """See Target."""
        after = self.world.cloud.endpoints([self.about.key.id]).get(self.about.key.id)
        return wanted if after is not None and carries(after, wanted) else None
