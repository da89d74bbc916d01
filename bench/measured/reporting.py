"""What a measured process says of itself, where its instructions are not counted."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from botocore.client import BaseClient


def report(spec: Mapping[str, Any], handle: Callable[[Any], object]) -> None:
    """Handle each batch, and write to `spec["report"]` what came of it.

    CPU seconds are user and system together; the peak is the whole process's, in MB.
    """
    told = []
    for batch in spec["batches"]:
        _counter(spec, "DELETE")
        before = time.process_time()
        answer = handle(batch)
        spent = time.process_time() - before
        told.append(
            {
                "answer": answer,
                "cpu": spent,
                "modules": sorted(sys.modules),
                "clients": clients(),
                **_counter(spec, "GET"),
            }
        )
    with Path(spec["report"]).open("w", encoding="utf-8") as file:
        json.dump({"batches": told, "peak": peak(), "compiled": compiled()}, file)


def peak() -> float:
    """The most memory that this process held, in MB.

    From /proc where there is one: what getrusage tells of a child begins with what its parent held when it forked.
    Source: https://man7.org/linux/man-pages/man2/getrusage.2.html
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def compiled() -> list[int]:
    """How many of the modules written in Python have a compiled file, and how many there are."""
    specs = [spec for module in list(sys.modules.values()) if (spec := getattr(module, "__spec__", None))]
    files = [spec.cached for spec in specs if spec.has_location and spec.cached and not spec.name.startswith("bench")]
    return [sum(Path(file).exists() for file in files), len(files)]


def clients() -> list[str]:
    """The services of which there is a client, one name for each client."""
    found = (thing for thing in gc.get_objects() if isinstance(thing, BaseClient))
    return sorted(client.meta.service_model.service_name for client in found)


def _counter(spec: Mapping[str, Any], method: str) -> Any:  # noqa: ANN401  JSON
    connection = HTTPConnection("127.0.0.1", spec["counts"])
    connection.request(method, "/")
    answer = json.load(connection.getresponse())
    connection.close()
    return answer
