"""What is measured: a copy of the function's code with the standard switched on, compiled as the built artefact is."""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import tomllib
from pathlib import Path
from typing import Final

from .estate import ACCOUNT, REGION

SWITCHED: Final = (
    ('# id = "o-a1b2c3d4e5"', 'id = "o-a1b2c3d4e5"'),
    ('[rules.multi-az]\nmode = "notify"', '[rules.multi-az]\nmode = "enforce"'),
    ('[rules.endpoint-policy]\nmode = "notify"', '[rules.endpoint-policy]\nmode = "enforce"'),
    ("accept_unproved = false", "accept_unproved = true"),
)
"""What turns the standard that ships into one under which every kind of fix is made."""


class NotSwitched(Exception):
    """standard.toml no longer has a line that is to be switched: see SWITCHED."""


def stage(code: Path, to: Path) -> Path:
    """Copy the code; compiled files that it has are kept, else all is compiled."""
    built = (code / "aws_lambda_powertools").is_dir()
    ignore = None if built else shutil.ignore_patterns("__pycache__")
    shutil.copytree(code, to, ignore=ignore)
    standard = to / "standard.toml"
    text = standard.read_text(encoding="utf-8")
    for line, other in SWITCHED:
        if line not in text:
            raise NotSwitched(f"{standard.name} has no line {line!r}")
        text = text.replace(line, other)
    standard.write_text(text, encoding="utf-8")
    if not any(to.rglob("*.pyc")):
        compileall.compile_dir(to, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return to


def baselines(code: Path) -> frozenset[str]:
    """The services for which the standard has a baseline."""
    tree = tomllib.loads((code / "standard.toml").read_text(encoding="utf-8"))
    return frozenset(tree["baseline"])


def environment(code: Path, url: str, mode: str = "enforce", bundle: Path | None = None) -> dict[str, str]:
    """All the variables of the measured process, and none of the caller's: what Lambda and the template give."""
    trusted = {"AWS_CA_BUNDLE": str(bundle)} if bundle else {}
    return {
        "PATH": os.environ["PATH"],
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(code),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "bench",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        **trusted,
        "WARDEN_ACCOUNT": ACCOUNT,
        "WARDEN_STACK": "endpoint-warden",
        "WARDEN_MODE": mode,
        "WARDEN_TABLE": "ledger",
        "WARDEN_QUEUE_URL": f"{url}/{ACCOUNT}/changes",
        "WARDEN_DEAD_LETTERS_URL": f"{url}/{ACCOUNT}/dead-letters",
        "WARDEN_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:notices",
        "WARDEN_KILL_SWITCH": "/endpoint-warden/kill-switch",
        "WARDEN_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/endpoint-warden-on-change",
        "POWERTOOLS_SERVICE_NAME": "endpoint-warden",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
