"""How the stack stands: CloudFormation, mode, kill switch and key."""

from __future__ import annotations

from collections.abc import Iterator

from warden.errors import RetryLater
from warden.model import Mode

from .answer import Answer, cannot_tell, ok, problem
from .patient import KEY, Patient

MODES = {
    Mode.OFF: "off: nothing is judged or told",
    Mode.NOTIFY: "notify: findings are told, nothing is changed",
    Mode.ENFORCE: "enforce: what a rule may fix is fixed",
}


def status(patient: Patient) -> Iterator[Answer]:
    """State of the CloudFormation stack."""
    state = patient.stack.status
    if state.endswith(("FAILED", "ROLLBACK_COMPLETE")) and state != "UPDATE_ROLLBACK_COMPLETE":
        yield problem(f"the stack is {state}", "See its events in CloudFormation, and deploy it again.")
    elif state.endswith("IN_PROGRESS"):
        yield cannot_tell(f"the stack is {state}", "Run the command again once CloudFormation is done.")
    elif state == "UPDATE_ROLLBACK_COMPLETE":
        yield problem("the last deployment failed and was taken back", "See the stack's events, and deploy it again.")
    else:
        yield ok(f"the stack is {state}")


def mode(patient: Patient) -> Iterator[Answer]:
    """Mode of the stack."""
    yield ok(f"the stack's mode is {MODES[patient.stack.settings.mode]}")


def kill_switch(patient: Patient) -> Iterator[Answer]:
    """Kill switch."""
    name, switch = patient.stack.settings.kill_switch, patient.stack.kill_switch()
    try:
        allows = switch.mode()
    except RetryLater as error:
        if not error.do:  # it cannot be read by us, which says nothing of the function
            raise
        yield problem(f"{error}", error.do)
        return
    if allows is Mode.ENFORCE:
        yield ok(f"the kill switch {name} says run")
    else:
        why = f" ({switch.reason})" if switch.reason else ""
        yield ok(f"the kill switch {name} says stop{why}: nothing is written")


def key(patient: Patient) -> Iterator[Answer]:
    """KMS key of everything that rests."""
    part = patient.part(KEY)
    if part is None:
        yield problem("the stack has no key", "Deploy the stack again.")
        return
    client = patient.session.client("kms", **patient.how)
    found = client.describe_key(KeyId=part.id)["KeyMetadata"]
    state = found.get("KeyState", "unknown")
    if state == "Enabled":
        yield ok(f"the key {part.id} is enabled")
    elif state == "PendingDeletion":
        when = found["DeletionDate"].date() if "DeletionDate" in found else "soon"
        do = f"`aws kms cancel-key-deletion --key-id {part.id}`, then `aws kms enable-key --key-id {part.id}`."
        yield problem(f"the key {part.id} is deleted on {when}: queues, topics, logs and journal are then lost", do)
    else:
        do = f"`aws kms enable-key --key-id {part.id}`."
        yield problem(f"the key {part.id} is {state}: no event can be read, and no notice sent", do)
