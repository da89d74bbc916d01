"""When two policies say the same."""

from __future__ import annotations

import pytest

from warden.policy.same import same_policy

ALLOW = '{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(
            f'{{"Statement":[{ALLOW}]}}',
            f'{{"Version":"2008-10-17","Statement":[{ALLOW}]}}',
            True,
            id="the two spellings of the default",
        ),
        pytest.param(
            f'{{"Version":"2012-10-17","Statement":[{ALLOW}]}}',
            f'{{"Statement":[{ALLOW}]}}',
            False,
            id="the newer version reads variables",
        ),
        pytest.param('{"Statement":{"Action":["a","b"]}}', '{"Statement":[{"Action":["b","a"]}]}', True, id="lists"),
        pytest.param('{"Statement":{"Action":"a"}}', '{"Statement":{"Action":"b"}}', False, id="another action"),
        pytest.param(
            '{"Statement":[{"Effect":"Deny","Action":"z"},{"Effect":"Allow","Action":"a"}]}',
            '{"Statement":[{"Action":"z","Effect":"Deny"},{"Effect":"Allow","Action":"a"}]}',
            True,
            id="keys in another order, of one of several statements",
        ),
        pytest.param("[" * 100_000, "[" * 100_000, True, id="deeper than can be read, the same text"),
        pytest.param("[" * 100_000, "[" * 99_999, False, id="deeper than can be read, another text"),
        pytest.param("null", "null", True, id="neither has one"),
        pytest.param("null", "{}", False, id="one has one"),
        pytest.param("{", "{", True, id="no JSON, the same text"),
        pytest.param("{", "{ ", False, id="no JSON, another text"),
    ],
)
def test_same(one: str, other: str, *, same: bool) -> None:
    """Whatever the spelling, and whichever comes first."""
    assert same_policy(one, other) is same
    assert same_policy(other, one) is same
