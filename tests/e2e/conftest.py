"""One enforcing stack and one that only tells, each in a cloud of its own; a VPC of each test's own."""

from collections.abc import Iterator

import pytest

from local.network import Network
from stand import Stand, standing


@pytest.fixture(scope="session")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stack in mode enforce."""
    with standing(tmp_path_factory.mktemp("enforcing"), "enforce") as stand:
        yield stand


@pytest.fixture(scope="session")
def notifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stack in mode notify, the default."""
    with standing(tmp_path_factory.mktemp("notifying"), "notify") as stand:
        yield stand


@pytest.fixture
def network(enforcing: Stand) -> Iterator[Network]:
    """A VPC in the enforcing cloud, one subnet in each of three zones.

    What was staged is cleared after the test, and no message of it comes up in another one, where it could meet a
    fault that was staged for that one's own.
    """
    yield enforcing.network()
    enforcing.cloud.stage.reset()
    enforcing.idle()
    enforcing.forget_messages()


@pytest.fixture
def quiet(notifying: Stand) -> Network:
    """The same in the cloud that only tells."""
    return notifying.network()
