"""The command of everything besides endpoints that is judged; a new one is a line here, as in warden.watches."""

from __future__ import annotations

from typing import Any, Final

from warden.ports import Cloud, OwnServices
from warden.service_watch import SERVICES
from warden.subjects import ServiceSeen, VpcSeen
from warden.vpc_watch import VPCS

from . import service_json, service_view, vpc_json, vpc_view
from .subject_command import SubjectCommand

OF_VPCS: Final[SubjectCommand[Cloud, VpcSeen]] = SubjectCommand(
    VPCS, lambda account: account.ec2, vpc_view.VIEW, vpc_json.item
)
OF_SERVICES: Final[SubjectCommand[OwnServices, ServiceSeen]] = SubjectCommand(
    SERVICES, lambda account: account.provider, service_view.VIEW, service_json.item
)
COMMANDS: Final[tuple[SubjectCommand[Any, Any], ...]] = (OF_VPCS, OF_SERVICES)
