"""What a service has that policies speak of: actions, types of resources, condition keys; pure. tables.py reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

FEW: Final = 20
"""Actions that are put in order one by one; of more, those that are wanted are picked out of the order of all."""


class Action(NamedTuple):
    """One action: the types of resources that it can be of, and the keys that come with it, whatever the resource."""

    types: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()


class ResourceType(NamedTuple):
    """One type of resource: the form of its ARN, as in `arn:${Partition}:s3:::${BucketName}`, and its keys."""

    arn: str
    keys: frozenset[str] = frozenset()


class Service(NamedTuple):
    """One service by its prefix in policies ("s3"); keys in lower case. `service_of` makes one.

    `known` is False for a service of which nothing is known but its name: no more than "cannot tell" can be said of
    what depends on its actions.
    """

    prefix: str
    actions: Mapping[str, Action]
    types: Mapping[str, ResourceType]
    key_types: Mapping[str, str]
    """The type of each key that is no plain string: "Bool", "ArrayOfString"..."""
    known: bool
    names: frozenset[str]
    """Every action's name."""
    lower_names: Mapping[str, str]
    """Each action's name by itself in lower case, since policies may write it in any."""
    ranked: tuple[str, ...]
    """Every action, those first that everybody knows."""
    by_type: Mapping[str, str]
    """An action of each type of resource, "" for those that are of none."""
    keys: frozenset[str]
    """Every key of every action and type."""

    def types_of(self, names: Collection[str]) -> Iterator[tuple[str, str]]:
        """Each type of resource that these actions can be of, with the action, those first that everybody knows."""
        few = len(names) < FEW
        for name in sorted(names, key=_rank) if few else (name for name in self.ranked if name in names):
            for type_name in self.actions[name].types or ("",):
                yield type_name, name


def service_of(
    prefix: str,
    actions: Mapping[str, Action],
    types: Mapping[str, ResourceType],
    key_types: Mapping[str, str],
    *,
    known: bool = True,
) -> Service:
    """The service of these actions and types, with what is looked up in them."""
    sets = {action.keys for action in actions.values()} | {type_.keys for type_ in types.values()}
    by_type: dict[str, str] = {}
    ranked = tuple(sorted(actions, key=_rank))
    for name in ranked:
        for type_name in actions[name].types or ("",):
            by_type.setdefault(type_name, name)
    lower = {name.lower(): name for name in actions}
    keys = frozenset(key for some in sets for key in some)
    return Service(prefix, actions, types, key_types, known, frozenset(actions), lower, ranked, by_type, keys)


def unknown(prefix: str) -> Service:
    """A service of which there is no table."""
    return service_of(prefix, {}, {}, {}, known=False)


def key_of(keys: frozenset[str], name: str) -> bool:
    """Whether the name is among these keys, or one of a family among them, such as `s3:ExistingObjectTag/<key>`."""
    if name in keys:
        return True
    return any(name.startswith(key.partition("$")[0].partition("<")[0]) for key in keys if "$" in key or "<" in key)


def _rank(name: str) -> tuple[int, str]:
    return _TOLD.get(name, len(_TOLD)), name


_TOLD: Final = {
    name: place
    for place, name in enumerate(
        (
            "GetObject", "PutObject", "ListBucket", "GetItem", "PutItem", "SendMessage", "ReceiveMessage", "Publish",
            "Decrypt", "Encrypt", "AssumeRole", "GetSecretValue", "GetParameter", "PutLogEvents", "InvokeFunction",
            "BatchGetImage", "PutImage", "GetRecords", "PutRecord", "PutRecordBatch", "StartExecution", "RunInstances",
            "Invoke", "InvokeModel", "SendCommand", "PutMetricData", "PutEvents", "CreateStack", "GetFunction",
        )
    )
}  # fmt: skip
"""Actions that everybody knows: of all that are alike, a witness shows one of these."""
