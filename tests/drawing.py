"""A plugin of pytest: what Hypothesis draws is the same each time: a test that fails once in a hundred runs tells its finder nothing.

`make prove` draws anew: `--hypothesis-profile=anew`.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("anew", deadline=None)
settings.load_profile("same")
