"""How long parliament takes to lint the same policies: `linting.py CASES`, with the Python of its own environment."""

import json
import statistics
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

warnings.simplefilter("ignore")  # parliament is loaded by way of pkg_resources
import parliament  # noqa: E402
from jsoncfg.exceptions import JSONConfigException  # noqa: E402

RUNS = 5


def main() -> None:
    """Print the milliseconds of each policy, the median of some runs; those that it fails on count as well."""
    times = []
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        text = case["policy"] if isinstance(case["policy"], str) else json.dumps(case["policy"])
        times.append(statistics.median(_milliseconds(text) for _ in range(RUNS)))
    print(json.dumps(times))


def _milliseconds(text: str) -> float:
    start = time.perf_counter()
    with suppress(JSONConfigException, ValueError, TypeError):  # of a text that is no policy
        parliament.analyze_policy_string(text)
    return (time.perf_counter() - start) * 1e3


if __name__ == "__main__":
    main()
