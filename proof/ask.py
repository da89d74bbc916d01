"""What iam-simulate makes of requests: a process of node that reads a line for each, and answers with one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Final

from proof import ROOT
from proof.draws import Drawn
from warden.policy.evaluate import Effect
from warden.policy.request import CallerKind, Request

FOLDER: Final = ROOT / ".venvs" / "node"
NODE: Final = FOLDER / "bin" / "node"
SCRIPT: Final = ROOT / "proof" / "ask.mjs"


class Failed(NotImplementedError):
    """The simulator did not answer."""


def answers(drawn: Sequence[Drawn]) -> list[Effect]:
    """Its answers, in order."""
    lines = "".join(f"{json.dumps(_line(one))}\n" for one in drawn)
    done = subprocess.run([NODE, SCRIPT, FOLDER], input=lines, text=True, capture_output=True, check=False)
    if done.returncode:
        raise Failed(done.stderr)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if len(found) != len(drawn):
        raise Failed(f"{len(found)} answers to {len(drawn)} requests")
    return [Effect(one) for one in found]


def _line(one: Drawn) -> dict[str, object]:
    request = one.request
    return {
        "policy": json.loads(one.document.text),
        "principal": principal(request),
        "action": request.action,
        "resource": request.resource,
        "owner": request.owner,
        "keys": {key: found[0] if len(found) == 1 else list(found) for key, found in request.keys.items()},
    }


def principal(request: Request) -> str | None:
    """The caller as the simulator names it: a role by its session; None for one that nobody signed for."""
    caller = request.caller
    match caller.kind:
        case CallerKind.ANONYMOUS | CallerKind.FEDERATED:
            return None
        case CallerKind.SERVICE:
            return caller.service
        case _:
            return caller.session_arn or caller.arn
