"""Proofs of the policy engine that take minutes, and so are run by `make prove` alone.

- `python -m proof.simulator`: the evaluator beside an independent one, iam-simulate, on 5,000 requests.
- `python -m proof.mutants`: thousands of small faults put into the engine, each of which the tests must find.
"""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

if str(ROOT / "tests") not in sys.path:  # the random policies and requests are those of the tests
    sys.path.append(str(ROOT / "tests"))
