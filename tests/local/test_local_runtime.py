"""The Lambda runtime host: results, errors and times as Lambda gives them."""

import textwrap
from pathlib import Path

import pytest

from local.runtime_api import Function, Sandbox

CODE = textwrap.dedent("""
    import os, sys, time

    COUNT = []

    def count(event, context):
        COUNT.append(event)
        print("called", len(COUNT))
        return {"count": len(COUNT), "request": context.aws_request_id, "left": context.get_remaining_time_in_millis()}

    def environment(event, context):
        return dict(os.environ)

    def fail(event, context):
        raise ValueError("no such zone")

    def sleep(event, context):
        time.sleep(event)
        return "awake"

    def die(event, context):
        os._exit(3)
""")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An artefact."""
    (tmp_path / "code.py").write_text(CODE)
    (tmp_path / "broken.py").write_text("import nosuch")
    return tmp_path


def test_warm_environment_is_kept(folder: Path) -> None:
    """Module state lives on; only the first invocation initialises; lines come out as printed."""
    lines: list[str] = []
    with Sandbox(Function("f", folder, "code.count", timeout=5), lines.append) as sandbox:
        first, second = sandbox.invoke({}), sandbox.invoke({})
    assert (first.result["count"], second.result["count"]) == (1, 2)
    assert first.result["request"] == first.request_id
    assert 0 < first.result["left"] <= 5000
    assert first.init_ms is not None
    assert second.init_ms is None
    assert lines == ["called 1", "called 2"]


def test_environment_is_lambdas(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function sees its own settings and Lambda's, none of ours."""
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with Sandbox(Function("f", folder, "code.environment", {"MODE": "notify"}, memory=256)) as sandbox:
        seen = sandbox.invoke({}).result
    assert (seen["MODE"], seen["AWS_LAMBDA_FUNCTION_NAME"], seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) == (
        "notify",
        "f",
        "256",
    )
    assert "AWS_PROFILE" not in seen


def test_error_of_the_handler(folder: Path) -> None:
    """Type, message and stack trace, as the caller of Invoke gets them."""
    with Sandbox(Function("f", folder, "code.fail"), lambda _: None) as sandbox:
        error = sandbox.invoke({}).error
    assert error is not None
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such zone")
    assert error["stackTrace"]


def test_timeout_ends_the_environment(folder: Path) -> None:
    """The next invocation starts a new one."""
    with Sandbox(Function("f", folder, "code.sleep", timeout=0.3)) as sandbox:
        late, fine = sandbox.invoke(30), sandbox.invoke(0)
    assert late.error is not None
    assert late.error["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 0.30 seconds" in late.error["errorMessage"]
    assert (fine.result, fine.init_ms is None) == ("awake", False)


def test_process_that_ends(folder: Path) -> None:
    """Runtime.ExitError at once, not at the timeout."""
    with Sandbox(Function("f", folder, "code.die", timeout=60), lambda _: None) as sandbox:
        answer = sandbox.invoke({})
    assert answer.error is not None
    assert answer.error["errorType"] == "Runtime.ExitError"
    assert answer.duration_ms < 10_000


@pytest.mark.parametrize(
    ("handler", "kind"), [("broken.handler", "ImportModuleError"), ("code.nosuch", "HandlerNotFound")]
)
def test_error_of_the_initialisation(folder: Path, handler: str, kind: str) -> None:
    """The error of the import or of the name."""
    with Sandbox(Function("f", folder, handler), lambda _: None) as sandbox:
        error = sandbox.invoke({}).error
    assert error is not None
    assert kind in error["errorType"]
