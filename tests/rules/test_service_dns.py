"""The rule `service-dns`: a private DNS name that is not verified is told with the record to set."""

from __future__ import annotations

from typing import Any

import pytest

from builders import REGION, owned, standard
from warden.model import Breach, NotApplicable, Pass, Unknown
from warden.rules.rule import Answer
from warden.rules.service_dns import service_dns
from warden.subjects import PrivateDns

START = (
    f"`aws ec2 start-vpc-endpoint-service-private-dns-verification --region {REGION} "
    "--service-id vpce-svc-0123456789abcdef0`"
)


def dns(state: str, **facts: Any) -> PrivateDns:
    made = {
        "name": "api.example.com",
        "record_type": "TXT",
        "record_name": "_6e86v84tqgqubxbwii1m",
        "record_value": "vpce:l6p0ERxlTt45jevFwOCp",
    }
    return PrivateDns(**made | {"state": state} | facts)


def judge(private_dns: PrivateDns | None, **facts: Any) -> Answer:
    return service_dns.judge(owned(private_dns=private_dns, **facts), standard(""))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("pendingVerification", "name-not-verified"),
        ("PendingVerification", "name-not-verified"),
        ("failed", "verification-failed"),
    ],
)
def test_not_verified(state: str, code: str) -> None:
    """The record's whole name and value, and the call that comes after it."""
    found = judge(dns(state))
    assert isinstance(found, Breach)
    assert found.code == code
    assert "api.example.com" in found.message
    assert found.advice == (
        'set the TXT record _6e86v84tqgqubxbwii1m.api.example.com to "vpce:l6p0ERxlTt45jevFwOCp" in the public zone of '
        f"the domain (or _6e86v84tqgqubxbwii1m in a domain above it); then {START}"
    )
    assert found.evidence["record"] == {
        "type": "TXT",
        "name": "_6e86v84tqgqubxbwii1m.api.example.com",
        "value": "vpce:l6p0ERxlTt45jevFwOCp",
    }


def test_a_name_for_many_has_its_record_in_the_domain() -> None:
    """A star is no part of a record's name."""
    found = judge(dns("pendingVerification", name="*.example.com"))
    assert isinstance(found, Breach)
    assert "record _6e86v84tqgqubxbwii1m.example.com to" in found.advice


@pytest.mark.parametrize("missing", ["record_name", "record_value"])
def test_a_record_that_is_not_told_is_not_made_up(missing: str) -> None:
    """Where to see it is told instead."""
    found = judge(dns("pendingVerification", **{missing: ""}))
    assert isinstance(found, Breach)
    assert found.advice == (
        f"AWS tells no record to set yet: see `aws ec2 describe-vpc-endpoint-service-configurations --region {REGION} "
        f"--service-ids vpce-svc-0123456789abcdef0`; then {START}"
    )


def test_verified() -> None:
    """Consumers can use it."""
    assert judge(dns("verified")) == Pass()


@pytest.mark.parametrize("state", ["", "paused"])
def test_unknown(state: str) -> None:
    """A state that AWS does not tell, or that is not known here."""
    assert isinstance(judge(dns(state)), Unknown)


@pytest.mark.parametrize(
    ("name", "state"),
    [(None, "available"), (None, "pending"), (dns("failed"), "deleting"), (dns("failed"), "failed")],
)
def test_does_not_apply(name: PrivateDns | None, state: str) -> None:
    """No name, or no service."""
    assert isinstance(judge(name, state=state), NotApplicable)
