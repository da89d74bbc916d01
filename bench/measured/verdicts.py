"""The measured process for correctness: every endpoint of the account judged by the product, verdicts by endpoint.

`python -P verdicts.py SPEC`, where SPEC is JSON: `report`, the file to write them to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Judge page by page, as the sweep does."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    import runtime  # noqa: PLC0415  on the path of the measured process
    from warden.observe import observe  # noqa: PLC0415  as above

    world = runtime.world()
    found = {
        judged.seen.endpoint.key.id: {
            finding.rule: [finding.verdict.value, finding.code, finding.fix is not None] for finding in judged.findings
        }
        for page in world.cloud.sweep()
        for judged in observe(world.cloud, page, world.standard, world.now())
    }
    Path(spec["report"]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
