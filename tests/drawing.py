"""A plugin of pytest: what Hypothesis draws is the same each time, since a test must not fail once in a hundred runs.

`make prove` draws anew: `--hypothesis-profile=anew`.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("anew", deadline=None)
settings.load_profile("same")
