"""The receiver stands in for an SNS subscriber and for Slack."""

import urllib.error
import urllib.request

import pytest

from local.receiver import Receiver


def _post(url: str, body: bytes = b"{}") -> str:
    request = urllib.request.Request(url, body)  # noqa: S310 -- http, loopback
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- http, loopback
        return str(answer.read().decode())


def test_collects_by_path() -> None:
    """Posts are kept in order, with body and headers."""
    with Receiver() as receiver:
        assert _post(receiver.url("/slack"), b'{"text": "a"}') == "ok"
        _post(receiver.url("/other"))
        (post,) = receiver.posts("/slack")
    assert post.json() == {"text": "a"}
    assert post.headers["content-length"] == "13"


def test_refuses_n_times_with_retry_after() -> None:
    """429 with Retry-After, then 503, then ok; refused posts are kept too."""
    with Receiver() as receiver:
        receiver.refuse(times=1, status=429, retry_after=7)
        receiver.refuse(times=1, status=503)
        with pytest.raises(urllib.error.HTTPError) as first:
            _post(receiver.url())
        with pytest.raises(urllib.error.HTTPError) as second:
            _post(receiver.url())
        assert _post(receiver.url()) == "ok"
        assert [post.status for post in receiver.posts()] == [429, 503, 200]
    assert (first.value.code, first.value.headers["Retry-After"]) == (429, "7")
    assert (second.value.code, second.value.headers["Retry-After"]) == (503, None)
    first.value.close()
    second.value.close()
