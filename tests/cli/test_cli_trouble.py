"""Every way in which AWS cannot be asked: exit code 2, what was wrong, and how to go on; never a traceback."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from typer.testing import Result

from builders import KEY
from cli.exits import Code, CouldNotLook
from cli.trouble import ALLOW, BUSY, LONGEST, REACH, RENEW, SIGN_IN, explained
from warden.errors import RetryLater

Run: TypeAlias = Callable[..., Result]


class Page(http.server.BaseHTTPRequestHandler):
    """Answers every call with a page, as a captive proxy does."""

    def do_POST(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><p>Please sign in")

    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def proxy() -> Iterator[str]:
    """The address of something that is not AWS."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_credentials(warden: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to sign with: said, and how to sign in."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    done = warden("scan")
    assert done.exit_code == Code.NOT_LOOKED
    assert "the credentials of the environment cannot be used: Unable to locate credentials" in done.stderr
    assert SIGN_IN in done.stderr


def test_no_region(warden: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No region is guessed."""
    monkeypatch.delenv("AWS_REGION")
    done = warden("scan")
    assert done.exit_code == Code.NOT_LOOKED
    assert "no region is known" in done.stderr


def test_unknown_profile_names_the_known_ones(warden: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The profiles that there are stand beside the one that is not."""
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    done = warden("scan", "--profile", "wrok")
    assert done.exit_code == Code.NOT_LOOKED
    assert "wrok" in done.stderr
    assert "Profiles that there are: work." in done.stderr


@pytest.mark.parametrize("words", [(), ("--region", "us-east-1")], ids=["alone", "with a region"])
def test_profile_of_the_environment_that_is_not_there(
    warden: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """AWS_PROFILE counts as --profile does: exit code 2, where the name is from, and the profiles that there are."""
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "wrok")
    done = warden("scan", *words)
    assert done.exit_code == Code.NOT_LOOKED
    assert "wrok" in done.stderr
    assert "named by AWS_PROFILE" in done.stderr
    assert "Profiles that there are: work." in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        pytest.param("AWS_REGION", "eu west 1", "'eu west 1' is no AWS region", id="region"),
        pytest.param("AWS_ENDPOINT_URL", "localhost", "Invalid endpoint: localhost", id="address of every service"),
        pytest.param("AWS_ENDPOINT_URL_EC2", "localhost", "does not fit ec2: Invalid endpoint", id="address of one"),
        pytest.param("AWS_DEFAULTS_MODE", "fast", "invalid defaults mode: fast", id="setting"),
    ],
)
@pytest.mark.usefixtures("account")
def test_environment_from_which_no_client_can_be_made(
    warden: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    """What botocore refuses before it asks AWS is a sentence too, and nobody is told to wait a minute."""
    monkeypatch.setenv(variable, value)
    done = warden("scan")
    assert done.exit_code == Code.NOT_LOOKED
    assert why in done.stderr
    assert "Wait a minute" not in done.stderr


@pytest.mark.usefixtures("account")
def test_second_region_that_is_none(warden: Run) -> None:
    """The first region says who we are; the others are looked at by clients of their own."""
    done = warden("scan", "--region", "us-east-1", "--region", "eu west 1")
    assert done.exit_code == Code.NOT_LOOKED
    assert "'eu west 1' is no AWS region" in done.stderr


def test_configuration_that_cannot_be_read(warden: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named."""
    config = tmp_path / "config"
    config.write_text("region = eu-west-1\n[[[")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    done = warden("scan")
    assert done.exit_code == Code.NOT_LOOKED
    assert f"Unable to parse config file: {config}" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("plan",), ("apply", "--stack", "w"), ("explain", "multi-az", "--endpoint", KEY.id), ("doctor", "--stack", "w")],
)
def test_all_regions_is_not_a_region(warden: Run, words: tuple[str, ...]) -> None:
    """Where one is looked at: said before AWS is asked, and not that AWS cannot be reached there."""
    done = warden(*words, "--region", "all")
    assert done.exit_code == Code.NOT_LOOKED
    assert "this command looks at one region" in done.stderr


def test_nobody_listens(warden: Run) -> None:
    """A closed port: what cannot be reached is named, within the retries of a few seconds, and nothing else blamed."""
    done = warden("scan", "--endpoint-url", "http://127.0.0.1:9")
    assert done.exit_code == Code.NOT_LOOKED
    assert "AWS cannot be reached in us-east-1" in done.stderr
    assert "credentials" not in done.stderr
    assert "http://127.0.0.1:9" in done.stderr
    assert REACH in done.stderr


def test_something_else_than_aws_answers(warden: Run, proxy: str) -> None:
    """A page in place of an answer is no crash."""
    done = warden("scan", "--endpoint-url", proxy)
    assert done.exit_code == Code.NOT_LOOKED
    assert REACH in done.stderr


def _answer(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "DescribeVpcEndpoints")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (_answer("UnauthorizedOperation"), ALLOW),
        (_answer("ExpiredToken"), RENEW),
        (_answer("RequestLimitExceeded"), BUSY),
        (NoCredentialsError(), SIGN_IN),
    ],
)
def test_cause_is_found_behind_our_own_error(error: Exception, advice: str) -> None:
    """The edges raise RetryLater; what AWS said behind it decides what a person should do."""
    later = RetryLater("EC2 did not answer")
    later.__cause__ = error
    assert explained(later) == ("EC2 did not answer", advice)


def test_own_advice_counts() -> None:
    """Who knows best what to do has said it."""
    assert explained(CouldNotLook("what", "do")) == ("what", "do")


def test_long_errors_are_cut() -> None:
    """A proxy's page does not fill the screen."""
    assert len(explained(RetryLater("x" * 10_000))[0]) < LONGEST + 10
