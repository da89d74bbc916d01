"""The services that a caller can connect to: AWS's of the region, those staged in any, those that accounts provide."""

import uuid
from collections.abc import Iterable
from typing import Any, Final

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from local.ec2 import paging
from local.ec2.provided import every
from local.ec2.staging import Staging

INTERFACE_SERVICES: Final = (
    "access-analyzer", "airflow.api", "appconfig", "appconfigdata", "application-autoscaling", "athena", "autoscaling",
    "backup", "cloudformation", "cloudtrail", "codebuild", "codecommit", "config", "datasync", "dynamodb", "ebs", "ec2",
    "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "eks", "elasticache", "elasticfilesystem",
    "elasticloadbalancing", "email-smtp", "events", "execute-api", "glue", "guardduty-data", "inspector2",
    "kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "organizations", "rds", "rds-data",
    "redshift", "rum", "s3", "sagemaker.api", "sagemaker.runtime", "secretsmanager", "securityhub", "servicecatalog",
    "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "synthetics", "transfer", "xray",
)  # fmt: skip
"""A fair part of AWS's list: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"""
GATEWAY_SERVICES: Final = ("dynamodb", "s3")
FILTERS: Final[dict[str, paging.Read]] = {
    "owner": lambda facts: [facts["Owner"]],
    "service-name": lambda facts: [facts["ServiceName"]],
    "service-region": lambda facts: [facts["ServiceRegion"]],
    "service-type": lambda facts: [entry["ServiceType"] for entry in facts["ServiceType"]],
    "supported-ip-address-types": lambda facts: facts["SupportedIpAddressTypes"],
}
"""The filters of the API model; tag filters are in `paging`."""


def domain(region: str, name: str) -> str:
    """Return the service's own name: `dkr.ecr.eu-central-1.amazonaws.com` for `com.amazonaws.eu-central-1.ecr.dkr`."""
    service = name.removeprefix(f"com.amazonaws.{region}.")
    return f"{'.'.join(reversed(service.split('.')))}.{region}.amazonaws.com"


def _detail(region: str, name: str, kind: str) -> dict[str, Any]:
    """Return an AWS service as `ServiceDetail`, in every zone of the region."""
    zones = RegionsAndZonesBackend.zones.get(region, [])
    own = {"PrivateDnsName": domain(region, name)}
    dns = {**own, "PrivateDnsNames": [own], "PrivateDnsNameVerificationState": "verified"}
    return {
        **(dns if kind == "Interface" else {}),
        "ServiceName": name,
        "ServiceId": f"vpce-svc-{uuid.uuid5(uuid.NAMESPACE_URL, f'{name}/{kind}').hex[:17]}",
        "ServiceType": [{"ServiceType": kind}],
        "ServiceRegion": region,
        "AvailabilityZones": [zone.name for zone in zones],
        "AvailabilityZoneIds": [zone.zone_id for zone in zones],
        "Owner": "amazon",
        "BaseEndpointDnsNames": [f"{name.rsplit('.', 1)[-1]}.{region}.vpce.amazonaws.com"],
        "VpcEndpointPolicySupported": True,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4"],
    }


def _staged(detail: dict[str, Any], staged: dict[str, Any]) -> dict[str, Any]:
    """Return the service with the staged members; zone names follow the zone ids, and another region tells none."""
    names = dict(zip(detail["AvailabilityZoneIds"], detail["AvailabilityZones"], strict=True))
    here = staged.get("ServiceRegion", detail["ServiceRegion"]) == detail["ServiceRegion"]
    zone_ids = staged.get("AvailabilityZoneIds", detail["AvailabilityZoneIds"] if here else [])
    zone_names = [names[zone_id] for zone_id in zone_ids if zone_id in names]
    return {**detail, "AvailabilityZones": zone_names, "AvailabilityZoneIds": zone_ids, **staged}


def catalogue(account: str, region: str, callers: frozenset[str], staging: Staging) -> list[dict[str, Any]]:
    """Return every service; S3 and DynamoDB are there twice, as AWS lists them: Gateway and Interface."""
    provided = every()
    own = [(f"com.amazonaws.{region}.{name}", "Interface") for name in INTERFACE_SERVICES]
    own += [(f"com.amazonaws.{region}.{name}", "Gateway") for name in GATEWAY_SERVICES]
    names = {name for name, _ in own} | {one.name for one in provided}
    own += [(name, "Interface") for name in staging.services if name not in names]
    reachable = [one for one in provided if one.reachable(account, region, callers)]
    details = [one.detail(region, staging.services.get(one.name, {})) for one in reachable]
    details += [_staged(_detail(region, name, kind), staging.services.get(name, {})) for name, kind in own]
    return sorted(details, key=lambda detail: (detail["ServiceName"], detail["ServiceType"][0]["ServiceType"]))


def find(details: Iterable[dict[str, Any]], name: str, kind: str) -> dict[str, Any] | None:
    """Return the service of this name and type, None if there is none."""
    return next(
        (
            detail
            for detail in details
            if detail["ServiceName"] == name and {"ServiceType": kind} in detail["ServiceType"]
        ),
        None,
    )
