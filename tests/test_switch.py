"""The kill switch: what it allows, how often it is read, and that what cannot be read allows nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws

from stubs import Said, Seconds, Wire, saying, shared
from warden.errors import RetryLater
from warden.model import Mode
from warden.switch import CACHED_SECONDS, KillSwitch

NAME = "/warden/kill-switch"
STOP = "/warden/kill-switch/stop"
NOT_STOPPED = Said("get_parameter", {"Name": STOP}, error="ParameterNotFound")
READ = {"Name": NAME}


@dataclass
class Maker:
    """Hands the client out, and counts how often it was asked for one."""

    made: Any
    asked: int = 0

    def __call__(self) -> Any:
        """The client."""
        self.asked += 1
        return self.made


@pytest.fixture
def ssm() -> Iterator[Any]:
    """An account with a switch at "run"."""
    with mock_aws():
        made = shared("ssm")
        made.put_parameter(Name=NAME, Value="run", Type="String")
        yield made


def turn(ssm: Any, value: str) -> None:
    ssm.put_parameter(Name=NAME, Value=value, Type="String", Overwrite=True)


@pytest.mark.parametrize(("value", "mode"), [("run", Mode.ENFORCE), ("stop", Mode.NOTIFY)])
def test_allows_what_it_says(ssm: Any, value: str, mode: Mode) -> None:
    """`run` limits nothing, `stop` leaves only telling."""
    turn(ssm, value)
    assert KillSwitch(lambda: ssm, NAME).mode() is mode


@pytest.mark.parametrize("value", ["RUN", "run ", "enforce", "off", "0"])
def test_any_other_word_is_no_leave_to_write(ssm: Any, value: str) -> None:
    """A slip of the pen stops the writes, and the words that are allowed are named."""
    turn(ssm, value)
    with pytest.raises(RetryLater, match=r"kill-switch is '.*'; allowed: run, stop$"):
        KillSwitch(lambda: ssm, NAME).mode()


@pytest.mark.parametrize("value", ["incident 4711, ask Jane", "run", "x" * 5_000])
def test_a_person_stops_by_a_parameter_of_their_own(ssm: Any, value: str) -> None:
    """Whatever it says: that it is there is what counts, and its value is the reason that people are told."""
    ssm.put_parameter(Name=STOP, Value=value, Type="String", Tier="Advanced")
    switch = KillSwitch(lambda: ssm, NAME)
    assert switch.mode() is Mode.NOTIFY
    assert switch.reason == value[:200]


def test_an_update_of_the_stack_does_not_start_it_again(ssm: Any) -> None:
    """CloudFormation writes `run` into the stack's own parameter at every update that touches it."""
    ssm.put_parameter(Name=STOP, Value="incident", Type="String")
    turn(ssm, "run")
    assert KillSwitch(lambda: ssm, NAME).mode() is Mode.NOTIFY


def test_goes_on_once_the_persons_parameter_is_deleted(ssm: Any) -> None:
    """Within a minute; the reason is forgotten with it."""
    clock = Seconds()
    switch = KillSwitch(lambda: ssm, NAME, clock)
    ssm.put_parameter(Name=STOP, Value="incident", Type="String")
    assert switch.mode() is Mode.NOTIFY
    ssm.delete_parameter(Name=STOP)
    clock.now += CACHED_SECONDS
    assert (switch.mode(), switch.reason) == (Mode.ENFORCE, "")


def test_a_missing_switch_is_no_leave_to_write(ssm: Any) -> None:
    """Somebody deleted the stack's parameter."""
    ssm.delete_parameter(Name=NAME)
    with pytest.raises(RetryLater, match=r"kill-switch is missing: deploy the stack again"):
        KillSwitch(lambda: ssm, NAME).mode()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(Said("get_parameter", READ, error="AccessDeniedException"), id="denied"),
        pytest.param(Said("get_parameter", READ, error="ThrottlingException"), id="throttled"),
        pytest.param(Said("get_parameter", READ, error="InternalServerError", status=500), id="server error"),
        pytest.param(Said("get_parameter", READ, {"Parameter": {"Name": NAME}}), id="no value"),
    ],
)
def test_an_unreadable_switch_is_no_leave_to_write(said: Said) -> None:
    """Whatever keeps it from being read, the write waits."""
    with saying("ssm", NOT_STOPPED, said) as ssm, pytest.raises(RetryLater):
        KillSwitch(lambda: ssm, NAME).mode()


@pytest.mark.parametrize("error", ["AccessDeniedException", "ThrottlingException", "InternalServerError"])
def test_a_persons_switch_that_cannot_be_read_is_no_leave_to_write(error: str) -> None:
    """Only that it is not there means that nobody stopped."""
    with (
        saying("ssm", Said("get_parameter", {"Name": STOP}, error=error)) as ssm,
        pytest.raises(RetryLater, match="/stop"),
    ):
        KillSwitch(lambda: ssm, NAME).mode()


def test_a_lost_connection_is_no_leave_to_write() -> None:
    """SSM does not answer."""
    ssm = shared("ssm")
    lost = ConnectTimeoutError(endpoint_url="https://ssm")
    with Wire.under(ssm, lost), pytest.raises(RetryLater, match="cannot be read"):
        KillSwitch(lambda: ssm, NAME).mode()


def test_is_obeyed_within_a_minute(ssm: Any) -> None:
    """It is read again once its last reading is a minute old, and not before."""
    clock = Seconds()
    switch = KillSwitch(lambda: ssm, NAME, clock)
    assert switch.mode() is Mode.ENFORCE
    turn(ssm, "stop")
    clock.now += CACHED_SECONDS - 1
    assert switch.mode() is Mode.ENFORCE
    clock.now += 1
    assert switch.mode() is Mode.NOTIFY


def test_an_old_reading_does_not_outlive_its_minute(ssm: Any) -> None:
    """Where the switch can no longer be read, nothing is written on what it once said; each ask reads anew."""
    clock = Seconds()
    switch = KillSwitch(lambda: ssm, NAME, clock)
    switch.mode()
    turn(ssm, "garbage")
    clock.now += CACHED_SECONDS
    for _ in range(2):
        with pytest.raises(RetryLater):
            switch.mode()
    turn(ssm, "run")
    assert switch.mode() is Mode.ENFORCE


def test_the_client_is_made_once_and_when_asked(ssm: Any) -> None:
    """A function that never writes pays for no client."""
    maker, clock = Maker(ssm), Seconds()
    switch = KillSwitch(maker, NAME, clock)
    assert maker.asked == 0
    switch.mode()
    clock.now += CACHED_SECONDS
    switch.mode()
    assert maker.asked == 1
