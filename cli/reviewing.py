"""Scan every endpoint of some regions, the rules on use switched on, and show it by money."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from warden.review.reviewed import asking
from warden.use import Unused

from . import review_json, review_view
from .account import translated
from .exits import Code
from .options import Format
from .regions import Wanted
from .reviewed import review_of
from .scanning import endpoints
from .screen import Screen
from .standards import any_on, read

USE_ONLY: Final = (
    "Every rule of endpoints is off in {}: only the rules on use were asked, and nothing else of the endpoints was "
    "judged."
)


@translated()
def run(wanted: Wanted) -> Code:
    """Review, show, and say how it stands."""
    screen = Screen()
    named = read(wanted.standard)
    found = endpoints(screen, wanted, replace(named, standard=asking(named.standard)))
    if not any_on(named.standard):
        screen.note(USE_ONLY.format(named.source))
    review = review_of(found, named.standard.of(Unused).days)
    if wanted.how is Format.JSON:
        screen.json(review_json.of(review))
    else:
        review_view.show(screen, review)
    return found.code
