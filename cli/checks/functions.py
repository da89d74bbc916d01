"""The functions: able to run, fed by their queues, and allowed to do their work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from cli.stack import ON_CHANGE
from warden import aws, hosted_zones, ledger, mailbox, metrics, notify, provider, switch, trails
from warden.policy.services import partition
from warden.surroundings import PREFIX_LISTS

from .answer import Answer, ok, problem
from .event_rules import queue_arn
from .patient import KEY, Patient

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef

FUNCTIONS: Final = (ON_CHANGE, "OnNotice")
SUCCEEDED: Final = {"Successful", None}
NEEDS: Final = (
    aws.NEEDS
    | hosted_zones.NEEDS
    | ledger.NEEDS
    | mailbox.NEEDS
    | metrics.NEEDS
    | notify.NEEDS
    | provider.NEEDS
    | switch.NEEDS
    | trails.NEEDS
)
"""What the code of OnChange asks of AWS; what its queue and log need shows in whether it is fed."""


def functions(patient: Patient) -> Iterator[Answer]:
    """Lambda functions."""
    client = patient.session.client("lambda", **patient.how)
    for logical_id in FUNCTIONS:
        part = patient.part(logical_id)
        if part is None:
            continue
        yield _function(logical_id, client.get_function_configuration(FunctionName=part.id))


def _function(logical_id: str, found: FunctionConfigurationResponseTypeDef) -> Answer:
    state, update = found.get("State", "Active"), found.get("LastUpdateStatus")
    if state in {"Active", "Inactive"} and update in SUCCEEDED:
        return ok(f"{logical_id} is {state}, running {found.get('Runtime', '?')}")
    why = found.get("StateReason") or found.get("LastUpdateStatusReason") or "AWS gives no reason"
    return problem(f"{logical_id} is {state}, its last update {update}: {why}", "Deploy the stack again.")


def consumers(patient: Patient) -> Iterator[Answer]:
    """Mappings of queues to functions."""
    client = patient.session.client("lambda", **patient.how)
    for logical_id in FUNCTIONS:
        part = patient.part(logical_id)
        if part is None:
            continue
        found = client.list_event_source_mappings(FunctionName=part.id)["EventSourceMappings"]
        states = [one.get("State", "unknown") for one in found]
        if "Enabled" in states:
            yield ok(f"{logical_id} reads its queue")
        else:
            now = ", ".join(states) or "there is none"
            do = "Switch the event source mapping on, or deploy the stack again."
            yield problem(f"{logical_id} does not read its queue ({now}): messages wait", do)


def permissions(patient: Patient) -> Iterator[Answer]:
    """Role of OnChange, as deployed."""
    role = patient.stack.settings.role_arn
    client = patient.session.client("iam", **patient.how)
    client.get_role(RoleName=role.rsplit("/", 1)[-1])
    denied: list[str] = []
    for resource, actions in _by_resource(patient).items():
        answer = client.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=sorted(actions), ResourceArns=[resource]
        )
        results = answer["EvaluationResults"]
        denied += [f"{one['EvalActionName']} on {resource}" for one in results if one["EvalDecision"] != "allowed"]
    if denied:
        yield problem(
            f"the role {role} may not do {', '.join(denied)}", "Deploy the stack again: its policy was changed."
        )
    else:
        yield ok("the role of OnChange exists, and its policies allow all that the function does")


def _by_resource(patient: Patient) -> Mapping[str, set[str]]:
    """What is to be allowed, by the resource that it is asked of, as the template grants it."""
    settings, account = patient.stack.settings, patient.stack.account
    arn = f"arn:{partition(account.region)}:{{}}:{account.region}:{account.id}:{{}}"
    ec2 = arn.format("ec2", "{}")
    key = patient.part(KEY)
    switches = (settings.kill_switch, switch.stop_name(settings.kill_switch))
    places = {
        "*": aws.READS | provider.READS | metrics.NEEDS | trails.LISTING | hosted_zones.NEEDS,
        ec2.format("vpc-endpoint/vpce-00000000000000000"): aws.WRITES | aws.ACROSS_REGIONS,
        ec2.format("subnet/subnet-00000000000000000"): aws.WRITES,
        ec2.format("prefix-list/pl-00000000"): PREFIX_LISTS,
        arn.format("cloudtrail", "trail/any"): trails.READING,
        ec2.format("vpc-endpoint-service/vpce-svc-00000000000000000"): provider.PERMISSIONS | provider.WRITES,
        arn.format("dynamodb", f"table/{settings.table}"): _of("dynamodb"),
        settings.topic_arn: _of("sns"),
        queue_arn(patient, settings.queue_url): _of("sqs"),
        queue_arn(patient, settings.dead_letters_url): _of("sqs"),
        **{arn.format("ssm", f"parameter/{name.lstrip('/')}"): _of("ssm") for name in switches},
    }
    if key:
        places[arn.format("kms", f"key/{key.id}")] = _of("kms")
    return {place: set(actions) for place, actions in places.items()}


def _of(service: str) -> frozenset[str]:
    return frozenset(need for need in NEEDS if need.startswith(f"{service}:"))
