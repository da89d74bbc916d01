"""A deployed stack of Endpoint Warden: its parts, and its function's own settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from warden.events import Look
from warden.ledger import Ledger
from warden.model import Mode
from warden.notify import Topic
from warden.ports import Cloud, World
from warden.switch import KillSwitch

from .account import AWS_ERRORS, Account
from .exits import CouldNotLook
from .standards import Named
from .trouble import code_of

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import FunctionConfigurationResponseTypeDef

ON_CHANGE: Final = "OnChange"
"""The logical id of the function that looks, fixes and tells."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployed function is told by its environment."""

    mode: Mode
    """The stack's ceiling: no rule goes further."""
    table: str
    queue_url: str
    dead_letters_url: str
    topic_arn: str
    kill_switch: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class Part:
    """One resource of the stack: its CloudFormation type, and its name, URL or ARN, as the type has it."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack as it stands in an account and region; `parts` by logical id."""

    name: str
    account: Account
    status: str
    parts: Mapping[str, Part]
    settings: Settings
    function: FunctionConfigurationResponseTypeDef

    def kill_switch(self) -> KillSwitch:
        """The kill switch of the stack."""
        make = partial(self.account.session.client, "ssm", **self.account.how)
        return KillSwitch(make, self.settings.kill_switch)

    def world(self, cloud: Cloud, named: Named) -> World:
        """The world as the deployed function has it, with this EC2 and this standard."""
        client = self.account.session.client
        return World(
            cloud=cloud,
            services=self.account.provider,
            ledger=Ledger(client("dynamodb", **self.account.how), self.settings.table),
            topic=Topic(client("sns", **self.account.how), self.settings.topic_arn),
            post=NoPost(),
            switch=self.kill_switch(),
            standard=named.standard,
            standard_name=named.name,
            ceiling=self.settings.mode,
            stack=self.name,
            now=partial(datetime.now, UTC),
        )


class NoPost:
    """The queue, as the command line has it: nothing is put into it.

    A person who is told "not yet" runs the command again; a message would make the function do it in their place.
    """

    def look_again(self, look: Look) -> bool:  # noqa: ARG002  as ports.Post has it
        """Ask for nothing, and say so."""
        return False

    def look_at(self, looks: Iterable[Look]) -> int:  # noqa: ARG002  as ports.Post has it
        """Ask for nothing, and say so."""
        return 0


def deployed(account: Account, name: str) -> Deployed:
    """Look the stack up; raise CouldNotLook where it is not there, is another product's, or may not be seen."""
    where = f"account {account.id}, {account.region}"
    try:
        status, parts = _parts(account, name)
        function = _function(account, parts)
    except AWS_ERRORS as error:
        if code_of(error) == "ValidationError":
            do = "Give the name it was deployed under (`sam list stack-outputs`, `aws cloudformation list-stacks`)."
            raise CouldNotLook(f"there is no stack {name} in {where}: {error}", do) from error
        raise CouldNotLook(f"the stack {name} in {where} cannot be looked at: {error}") from error
    if function is None:
        raise CouldNotLook(
            f"the stack {name} in {where} has no function {ON_CHANGE}: it is not a stack of Endpoint Warden",
            "Give the name that Endpoint Warden was deployed under.",
        )
    env = function.get("Environment", {}).get("Variables", {})
    return Deployed(name, account, status, parts, _settings(env, name), function)


def _parts(account: Account, name: str) -> tuple[str, dict[str, Part]]:
    client = account.session.client("cloudformation", **account.how)
    status = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    found = [item for page in pages for item in page["StackResourceSummaries"]]
    parts = {
        item["LogicalResourceId"]: Part(item["ResourceType"], item.get("PhysicalResourceId", "")) for item in found
    }
    return status, parts


def _function(account: Account, parts: Mapping[str, Part]) -> FunctionConfigurationResponseTypeDef | None:
    part = parts.get(ON_CHANGE)
    if part is None:
        return None
    return account.session.client("lambda", **account.how).get_function_configuration(FunctionName=part.id)


def _settings(env: Mapping[str, Any], stack: str) -> Settings:
    try:
        return Settings(
            mode=Mode(env["WARDEN_MODE"]),
            table=env["WARDEN_TABLE"],
            queue_url=env["WARDEN_QUEUE_URL"],
            dead_letters_url=env["WARDEN_DEAD_LETTERS_URL"],
            topic_arn=env["WARDEN_TOPIC_ARN"],
            kill_switch=env["WARDEN_KILL_SWITCH"],
            role_arn=env["WARDEN_ROLE_ARN"],
        )
    except (KeyError, ValueError) as error:
        what = f"the function of stack {stack} has an environment that this command does not know: {error}"
        raise CouldNotLook(what, "Use the `warden` of the version that was deployed, or deploy this one.") from error
