"""Every kind of thing besides endpoints that is judged; a new one is a line here."""

from __future__ import annotations

from typing import Any, Final

from .service_watch import SERVICES
from .subject_watch import Watch
from .vpc_watch import VPCS

WATCHES: Final[tuple[Watch[Any, Any], ...]] = (VPCS, SERVICES)
