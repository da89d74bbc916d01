"""What `up` shows while a cloud runs: each line of a function, each notice and each e-mail, short enough to be read."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from local.cloud import Connection

POWERTOOLS: Final = {
    "level", "location", "message", "timestamp", "service", "cold_start", "function_name", "function_memory_size",
    "function_arn", "function_request_id", "xray_trace_id",
}  # fmt: skip
"""Keys that each line of Powertools has; what else is there are the facts."""
LONGEST: Final = 120
"""Characters of one fact."""
PHYSICAL: Final = re.compile(r"[^-]+-(?:.+-)?([A-Za-z0-9]+)-[0-9A-F]{12,13}")
"""How CloudFormation names what a template does not name: stack, logical id, something of its own."""


class News:
    """What came since it was last asked for, in the order in which it came."""

    def __init__(self, cloud: Connection) -> None:
        """Begin with all that is recorded."""
        self._cloud = cloud
        self._seen = dict.fromkeys(SHOWN, 0)

    def lines(self) -> Iterator[str]:
        """Give the lines to show."""
        told: list[tuple[float, list[str]]] = []
        for recorded, show in SHOWN.items():
            new = self._cloud.control(recorded, query=f"?after={self._seen[recorded]}")
            self._seen[recorded] += len(new)
            told += [(entry["time"], show(entry)) for entry in new]
        for moment, (first, *rest) in sorted(told, key=lambda one: one[0]):
            yield _clean(f"{time.strftime('%H:%M:%S', time.localtime(moment))}  {first}")
            yield from (_clean(f"{'':20}{line}") for line in rest)


def of_log(entry: Mapping[str, Any]) -> list[str]:
    """Show a line of a function: its message and the facts; what is no JSON stays as it is."""
    found = PHYSICAL.fullmatch(entry["function"])
    name = f"{found[1] if found else entry['function']:<8}"
    said = _json(entry["line"])
    if not isinstance(said, dict):
        return [f"{name}  {entry['line']}"]
    level = said.get("level", "INFO")
    facts = [f"{key}: {_fact(value)}" for key, value in said.items() if key not in POWERTOOLS]
    return ["  ".join((name, *([] if level == "INFO" else [level]), str(said.get("message", "")), *facts))]


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def of_notice(entry: Mapping[str, Any]) -> list[str]:
    """Show a notice: its subject, and of each rule what it found and what was done; of other messages the subject."""
    try:
        results = json.loads(entry["message"])["results"]
        said = [line for one in results for line in (f"  {one['rule']}: {one['message']}", f"    {one['done']}")]
    except (ValueError, KeyError, TypeError):  # the alarms' messages, and whatever anybody may publish
        said = []
    return [f"notice    {entry['subject']}", *said]


def of_mail(entry: Mapping[str, Any]) -> list[str]:
    """Show an e-mail: to whom, its subject, and how long it is."""
    return [f"e-mail    to {entry['to']}: {entry['subject']} ({len(entry['text'].splitlines())} lines)"]


def _fact(value: object) -> str:
    if isinstance(value, dict):
        text = ", ".join(f"{name} {inner}" for name, inner in value.items())
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    last = " ".join(text.splitlines()[-1:] if "Traceback" in text else text.split())
    return last if len(last) <= LONGEST else f"{last[:LONGEST]}..."


def _clean(line: str) -> str:
    """The same line with nothing in it that could steer a terminal: tags and names are anybody's choice."""
    return "".join(character if character.isprintable() else " " for character in line)


SHOWN: Final = {"logs": of_log, "notices": of_notice, "mail": of_mail}
"""What is shown of what the cloud records, and how."""
