"""A saved plan binds `apply`: to the same stack, the same endpoints as they were seen, and the same changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from warden.aws import request
from warden.model import Plan

from .exits import CouldNotLook
from .plan_json import Saved
from .planned import DEPLOY, Planning
from .planning import Wanted


def bound(wanted: Wanted, saved: Saved) -> Wanted:
    """The same, for the endpoints of the saved plan alone; raise CouldNotLook where it was made for something else."""
    if saved.cannot_apply:
        raise CouldNotLook(f"the plan cannot be applied: {saved.cannot_apply}", DEPLOY)
    if saved.stack not in {None, wanted.stack}:
        raise CouldNotLook(f"the plan was made for stack {saved.stack}, not {wanted.stack}", "Give the same --stack.")
    if wanted.region not in {None, saved.region}:
        raise CouldNotLook(f"the plan was made for {saved.region}, not {wanted.region}", "Give the same --region.")
    strange = [one for one in wanted.ids if one not in saved.hashes]
    if strange:
        raise CouldNotLook(f"the plan does nothing to {', '.join(strange)}", "Leave them out, or plan anew.")
    return replace(wanted, region=saved.region, ids=_ids(wanted.ids, saved))


def _ids(ids: Sequence[str], saved: Saved) -> tuple[str, ...]:
    return tuple(ids) or tuple(saved.hashes)


def check_same(saved: Saved, planning: Planning) -> None:
    """Raise CouldNotLook unless exactly what the saved plan says would be done now, to exactly what it saw."""
    problems = [f"{one.plan.key.id}: {why}" for one in planning.planned if (why := _why_void(saved, one.plan))]
    if problems:
        raise CouldNotLook(
            "\n".join(("the saved plan is void, and nothing was changed:", *problems)),
            f"Make it anew: `warden plan --stack {planning.stack} --out FILE`.",
        )


def _why_void(saved: Saved, plan: Plan) -> str:
    if saved.hashes[plan.key.id] != plan.seen_hash:
        return "the endpoint changed since the plan was made"
    if saved.requests[plan.key.id] != request(plan.actions):
        return f"something else would be done now: {words_of(plan)}"
    return ""


def words_of(plan: Plan) -> str:
    """Say what the plan does, or why it does nothing."""
    reasons = [result.why for result in plan.results if result.why]
    return "; ".join(str(action) for action in plan.actions) or "; ".join(("nothing", *reasons))
