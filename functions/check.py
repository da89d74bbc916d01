"""Check standard.toml before it is built into the functions: `sam build` ends here where it is wrong. Never shipped."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Say every problem of the file that is named; 0 if there is none."""
    if sys.version_info < (3, 11):
        print(f"python3 is {sys.version.split()[0]}; the build needs 3.11 or later", file=sys.stderr)
        return 2
    from warden.errors import BadStandard  # noqa: PLC0415  an older Python cannot even read it
    from warden.policy.tables import is_endpoint_service  # noqa: PLC0415  the same
    from warden.standard_file import load  # noqa: PLC0415  the same

    path = Path(sys.argv[1])
    try:
        load(path.read_text(encoding="utf-8"), is_endpoint_service)
    except BadStandard as error:
        print(f"{path} is wrong, and nothing is built:", *error.problems, sep="\n  ", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
