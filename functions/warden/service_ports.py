"""The TCP ports at which services listen behind their interface endpoints; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .admitted import Ports
from .model import Endpoint, Kind, Service
from .policy.services import short_name

HTTPS: Final[Ports] = ((443, 443),)
OTHER_PORTS: Final[Mapping[str, Ports]] = {
    "appstream.streaming": (*HTTPS, (1400, 1499)),
    "athena": (*HTTPS, (444, 444)),
    "cassandra": (*HTTPS, (9142, 9142)),
    "datasync": (*HTTPS, (1024, 1064)),
    "email-smtp": ((25, 25), (465, 465), (587, 587), (2465, 2465), (2587, 2587)),
    "greengrass": (*HTTPS, (8443, 8443)),
    "iot.data": (*HTTPS, (8443, 8443), (8883, 8883)),
    "storagegateway": (*HTTPS, (1026, 1028), (1031, 1031), (2222, 2222)),
    "prod.highlander": (),
    "transcribestreaming": (*HTTPS, (8443, 8443)),
    "transfer.server": ((21, 22), (8192, 8200)),
}
"""Those of AWS's services that do not listen at 443 alone; none of those that speak UDP, too, as WorkSpaces streams.

Sources: https://docs.aws.amazon.com/appstream2/latest/developerguide/creating-streaming-from-interface-vpc-endpoints.html,
https://docs.aws.amazon.com/athena/latest/ug/connect-with-jdbc.html,
https://docs.aws.amazon.com/ses/latest/dg/send-email-set-up-vpc-endpoints.html,
https://docs.aws.amazon.com/keyspaces/latest/devguide/vpc-endpoints.html,
https://docs.aws.amazon.com/greengrass/v2/developerguide/allow-device-traffic.html,
https://docs.aws.amazon.com/storagegateway/latest/vgw/gateway-private-link.html,
https://docs.aws.amazon.com/datasync/latest/userguide/choose-service-endpoint.html,
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html,
https://docs.aws.amazon.com/transfer/latest/userguide/create-server-in-vpc.html,
https://docs.aws.amazon.com/workspaces/latest/adminguide/creating-streaming-vpc-endpoints.html
"""
CLUSTERS: Final = "dsql-"
"""How the short names of the services begin by which clients connect to clusters of Aurora DSQL; the rest varies.

Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/privatelink-managing-clusters.html
"""
POSTGRESQL: Final[Ports] = ((5432, 5432),)
"""Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/accessing.html"""


def ports_of(endpoint: Endpoint, service: Service | None, said: Mapping[str, Ports]) -> Ports:
    """The TCP ports of the endpoint's service, those that are `said` before those known; empty where none are known."""
    name = short_name(endpoint.service_name, endpoint.home)
    if name in said or endpoint.service_name in said:
        return said.get(name) or said[endpoint.service_name]
    if endpoint.kind is not Kind.INTERFACE or endpoint.service_name.startswith("com.amazonaws.vpce."):
        return ()
    if service and service.owner != "amazon":
        return ()
    return POSTGRESQL if name.startswith(CLUSTERS) else OTHER_PORTS.get(name, HTTPS)
