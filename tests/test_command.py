"""The AWS CLI commands that people copy: exact, quoted, and made of options that EC2 has."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import botocore.session
import pytest
from botocore import xform_name
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warden.actions import AcceptConnections, Action, AddSubnets, RemoveSubnets, ReplacePolicy
from warden.command import as_command, hands_off_command, undo_warning, undoing
from warden.model import EndpointKey

KEY = EndpointKey("111122223333", "us-east-1", "vpce-1")
START = ["aws", "ec2", "modify-vpc-endpoint", "--region", "us-east-1", "--vpc-endpoint-id", "vpce-1"]
ADD = AddSubnets(("subnet-b", "subnet-c"), ("use1-az2", "use1-az3"))
REPLACE = ReplacePolicy('{"Sid": "it\'s"}', '{"old": 1}')


@pytest.mark.parametrize(
    ("actions", "options"),
    [
        pytest.param((ADD,), ["--add-subnet-ids", "subnet-b", "subnet-c"], id="add"),
        pytest.param((RemoveSubnets(("subnet-b",)),), ["--remove-subnet-ids", "subnet-b"], id="remove"),
        pytest.param((REPLACE,), ["--policy-document", '{"Sid":"it\'s"}'], id="policy"),
        pytest.param(
            (ADD, REPLACE),
            ["--add-subnet-ids", "subnet-b", "subnet-c", "--policy-document", '{"Sid":"it\'s"}'],
            id="one call for both",
        ),
        pytest.param(
            (ADD, AddSubnets(("subnet-d",), ("use1-az4",))),
            ["--add-subnet-ids", "subnet-b", "subnet-c", "subnet-d"],
            id="each option once",
        ),
    ],
)
def test_command_is_one_call(actions: tuple[Action, ...], options: list[str]) -> None:
    """The shell sees the words that the AWS CLI needs."""
    assert shlex.split(as_command(KEY, actions)) == START + options


ACCEPT = AcceptConnections("vpce-svc-1", ("vpce-1", "vpce-2"))
SERVICE = EndpointKey("111122223333", "us-east-1", "vpce-svc-1")


def test_requests_at_a_service_are_accepted_and_rejected_by_calls_of_their_own() -> None:
    """Each for all at once; and nothing is said to take a rejection back."""
    place = ["--region", "us-east-1", "--service-id", "vpce-svc-1", "--vpc-endpoint-ids", "vpce-1", "vpce-2"]
    there, back = as_command(SERVICE, (ACCEPT,)), as_command(SERVICE, undoing((ACCEPT,)))
    assert shlex.split(there) == ["aws", "ec2", "accept-vpc-endpoint-connections", *place]
    assert shlex.split(back) == ["aws", "ec2", "reject-vpc-endpoint-connections", *place]
    assert undoing(undoing((ACCEPT,))) == ()


def test_only_a_rejection_is_warned_of() -> None:
    """All else that is taken back is as it was."""
    assert "cut off at once" in undo_warning((ACCEPT,))
    assert undo_warning((ADD, REPLACE)) == ""


def test_a_crowd_is_named_in_part() -> None:
    """For people to read; the command has all."""
    crowd = AcceptConnections("vpce-svc-1", tuple(f"vpce-{number}" for number in range(12)))
    assert str(crowd).endswith("vpce-9, and 2 more")
    assert str(crowd.inverse()).endswith("vpce-9, and 2 more")
    assert as_command(SERVICE, (crowd,)).endswith("vpce-11")
    assert str(ACCEPT) == "accept the requests of vpce-1, vpce-2"


def test_no_change_is_no_command() -> None:
    """Nobody is told to run a call that does nothing."""
    assert as_command(KEY, ()) == ""


@pytest.mark.parametrize(
    ("actions", "inverse"),
    [
        pytest.param((ADD,), (RemoveSubnets(("subnet-b", "subnet-c")),), id="add"),
        pytest.param((REPLACE,), (ReplacePolicy('{"old": 1}', '{"Sid": "it\'s"}'),), id="policy"),
        pytest.param((RemoveSubnets(("subnet-b",)),), (AddSubnets(("subnet-b",), ("",)),), id="remove"),
        pytest.param((ADD, REPLACE), (REPLACE.inverse(), ADD.inverse()), id="the last one first"),
    ],
)
def test_undoing_takes_back(actions: tuple[Action, ...], inverse: tuple[Action, ...]) -> None:
    """Every change has a way back."""
    assert undoing(actions) == inverse


def test_options_are_those_of_ec2() -> None:
    """The AWS CLI names its options after the members of the request in botocore's model."""
    model = botocore.session.get_session().get_service_model("ec2")
    shape = model.operation_model("ModifyVpcEndpoint").input_shape
    assert shape is not None
    known = {f"--{xform_name(member, '-')}" for member in shape.members} | {"--region"}
    command = as_command(KEY, (ADD, REPLACE, RemoveSubnets(("subnet-a",))))
    assert {word for word in shlex.split(command) if word.startswith("--")} <= known
    for call in ("AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"):
        asked = model.operation_model(call).input_shape
        assert asked is not None
        assert {"ServiceId", "VpcEndpointIds"} <= asked.members.keys()


def test_hands_off_sets_the_tag() -> None:
    """The tag that IAM and the rules look at."""
    assert shlex.split(hands_off_command(KEY))[-1] == "Key=warden:hands-off,Value=true"


@settings(max_examples=25, deadline=None)
@example(document="0E0")
@given(document=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_a_shell_reads_what_was_meant(document: str) -> None:
    """Quotes, dollars and line breaks in a policy do nothing in a real shell."""
    shell = shutil.which("sh")
    assert shell is not None
    script = f"aws() {{ printf '%s\\0' aws \"$@\"; }}\n{as_command(KEY, (ReplacePolicy(document, ''),))}\n"
    words = subprocess.run([shell, "-c", script], capture_output=True, check=True).stdout.decode().split("\0")[:-1]
    assert words == [*START, "--policy-document", document]
