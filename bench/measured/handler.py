"""The measured process: the real handler, given batches one after the other.

`python -P handler.py SPEC`, where SPEC is JSON: `batches`; `until` ("import", "clients" or "events"); and `report`, a
file in which to say what was answered, counted, loaded and used. Without `report` nothing is done besides.
"""

from __future__ import annotations

import json
import os
import sys


class Context:
    """What Lambda tells a function about its invocation."""

    function_name = "on-change"
    function_version = "$LATEST"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:on-change"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Milliseconds left: always all of the function's 120 seconds."""
        return 120_000


def main() -> None:
    """Go as far as is asked for."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123  pathlib would be loaded for this alone
        spec = json.load(file)
    import on_change  # noqa: PLC0415  this is what is measured

    if spec["until"] == "clients":
        import runtime  # noqa: PLC0415  as above

        runtime.world()
    if spec["until"] != "events":
        return
    if "report" not in spec:
        for batch in spec["batches"]:
            on_change.handler(batch, Context)
        return
    from bench.measured.reporting import report  # noqa: PLC0415  only where instructions do not count

    report(spec, lambda batch: on_change.handler(batch, Context))


if __name__ == "__main__":
    main()
    os._exit(0)  # Lambda never ends a process either: what the interpreter tidies up at its end is no part of a start
