"""The descriptions of AWS's APIs that ship: current, whole for what the edges call, and what botocore really reads."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
from botocore import xform_name

from tools import models

WARDEN = Path(__file__).parents[1] / "functions" / "warden"
EDGES = {
    "cloudwatch": ("metrics.py",),
    "cloudtrail": ("trails.py",),
    "ec2": ("aws.py", "surroundings.py", "provider.py"),
    "elbv2": ("balancers.py",),
    "dynamodb": ("ledger.py",),
    "route53": ("hosted_zones.py",),
    "sqs": ("mailbox.py",),
    "sns": ("notify.py",),
}
BEYOND = {"get_paginator"}


def test_the_files_are_current() -> None:
    """`make data` would change nothing."""
    found = {path.relative_to(models.FOLDER): path.read_text("utf-8") for path in models.FOLDER.rglob("*.json")}
    assert found == models.files()


@pytest.mark.parametrize(("service", "edges"), EDGES.items())
def test_every_call_of_an_edge_is_described(service: str, edges: tuple[str, ...]) -> None:
    """No more and no less: what its edges call, directly or page by page, is in the file of a service."""
    assert {name for edge in edges for name in called(WARDEN / edge)} == {
        xform_name(call) for call in models.CALLS[service]
    }


def called(edge: Path) -> Iterator[str]:
    """The names of the methods that an edge calls on its clients, and of the operations that it names as words."""
    calls = {xform_name(call) for some in models.CALLS.values() for call in some}
    for node in ast.walk(ast.parse(edge.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="_client" | "_writer"), attr=name)):
                if name not in BEYOND:
                    yield name
            case ast.Constant(value=str(word)) if word in calls or word.startswith("describe_"):
                yield word


def test_the_function_reads_them() -> None:
    """In a process of its own, as Lambda starts it: its EC2 knows fifteen calls, and still has AWS's own pages."""
    script = """
import os, runtime
os.environ |= {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
made = runtime._client("ec2", runtime.READ)
print(len(made.meta.service_model.operation_names), made.can_paginate("describe_subnets"), made.meta.endpoint_url)
"""
    done = run((sys.executable, "-c", script), cwd=WARDEN.parent, env={}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["15", "True", "https://ec2.eu-west-1.amazonaws.com"]
