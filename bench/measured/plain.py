"""The partner: plain boto3 with the same clients making the same calls, and nothing around them.

`python -P plain.py SPEC`, where SPEC is JSON: `services`, of which clients are made; `events`, a list of [service,
operation, parameters] for each event; `until`, as for handler.py. With `report` it reads every endpoint instead.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Go as far as is asked for."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123  pathlib would be loaded for this alone
        spec = json.load(file)
    import boto3  # noqa: PLC0415  this is what is measured
    from botocore.config import Config  # noqa: PLC0415  as above

    if spec["until"] == "import":
        return
    config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
    clients = {name: boto3.client(name, config=config) for name in spec["services"]}
    if spec["until"] == "clients":
        return
    if "report" in spec:
        from bench.measured.reporting import report  # noqa: PLC0415  only where instructions do not count

        report(spec, lambda _: _pages(clients["ec2"]))
        return
    for calls in spec["events"]:
        for service, operation, parameters in calls:
            getattr(clients[service], operation)(**parameters)


def _pages(ec2: Any) -> int:  # noqa: ANN401  boto3 makes its class at run time
    """Read every endpoint in pages as large as EC2 gives, and judge nothing; returns how many there are."""
    paginator = ec2.get_paginator("describe_vpc_endpoints")
    return sum(len(page["VpcEndpoints"]) for page in paginator.paginate(PaginationConfig={"PageSize": 1000}))


if __name__ == "__main__":
    main()
    os._exit(0)  # Lambda never ends a process either: what the interpreter tidies up at its end is no part of a start
