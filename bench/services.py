"""The endpoint services and policies that the made-up account uses."""

from __future__ import annotations

import json
from typing import Final

from .estate import REGION, ZONES, Service, service_name

BOTH: Final = ("Gateway", "Interface")
OF_AWS: Final = (
    "athena", "dynamodb", "ebs", "ec2messages", "ecr.api", "ecr.dkr", "events", "kms", "lambda", "logs", "monitoring",
    "s3", "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "sts",
)  # fmt: skip
WITHOUT_POLICY: Final = ("email-smtp", "transfer.server")
FOREIGN: Final = tuple(f"com.amazonaws.vpce.{REGION}.vpce-svc-{number:017x}" for number in range(12))
"""Services of other accounts; those of an even number stand in one zone only."""
BALANCERS: Final = tuple(f"com.amazonaws.vpce.{REGION}.vpce-svc-{number:017x}" for number in range(100, 104))

FULL_ACCESS: Final = (
    json.dumps(
        {
            "Version": "2008-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
        },
        indent=2,
    ),
    json.dumps({"Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*", "Principal": "*"}]}),
)
"""The two spellings in which EC2 returns the default policy."""
DENY_ONLY: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
)


def catalogue() -> dict[str, Service]:
    """Every service, by name."""
    services = [
        *(Service(service_name(name), BOTH if name in {"dynamodb", "s3"} else ("Interface",)) for name in OF_AWS),
        *(Service(service_name(name), takes_policy=False) for name in WITHOUT_POLICY),
        *(
            Service(name, owner="444455556666", zones=ZONES if number % 2 else ZONES[:1], takes_policy=False)
            for number, name in enumerate(FOREIGN)
        ),
        *(Service(name, ("GatewayLoadBalancer",), "777788889999", takes_policy=False) for name in BALANCERS),
    ]
    return {service.name: service for service in services}


def restricted(number: int) -> str:
    """A policy that lets one team's identities reach what is ours: policies repeat, so there are few numbers."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": f"Team{number}",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {
                        "StringEquals": {
                            "aws:PrincipalOrgID": "o-a1b2c3d4e5",
                            "aws:ResourceOrgID": "o-a1b2c3d4e5",
                            "aws:PrincipalTag/team": [f"team-{number}", "platform"],
                        }
                    },
                }
            ],
        }
    )
