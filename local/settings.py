"""What the processes of one local cloud must agree on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT_KEY_ID: Final = "test"
ROOT_SECRET: Final = "test"  # noqa: S105 -- MiniStack's well-known root key: it opens nothing but this loopback port
CONTROL: Final = "/_local"
CODE: Final = Path(__file__).resolve().parent.parent
"""The folder that holds the package `local`: `python -m local.server` must find it from anywhere."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One local cloud: where it pretends to be, and where it may write."""

    folder: str
    region: str = "eu-central-1"
    account: str = "123456789012"

    def to_json(self) -> str:
        """Return the form in which a parent process hands the settings to its child."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))
