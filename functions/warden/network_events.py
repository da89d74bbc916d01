"""Which of AWS's services write network activity events, of calls by way of endpoints; pure.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html, with all
that were added by the one of October 15, 2025 in
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-document-history.html
"""

from __future__ import annotations

from typing import Final

from .policy.services import partition, short_name

SOURCES: Final = frozenset(
    {
        "aco-automation", "appconfig", "application-signals", "appmesh", "athena", "b2bi", "backup-gateway",
        "bcm-data-exports", "bcm-pricing-calculator", "bedrock", "bedrock-agentcore", "billing", "cassandra", "ce",
        "cloudcontrolapi", "cloudformation", "cloudhsm", "cloudoptimization", "cloudtrail", "codedeploy", "comprehend",
        "comprehendmedical", "config", "ds", "dynamodb", "ec2", "ecs", "elasticfilesystem", "elasticloadbalancing",
        "events", "firehose", "frauddetector", "freetier", "fsx", "glue", "healthlake", "invoicing", "iot",
        "iotfleetwise", "iotsecuredtunneling", "kms", "lakeformation", "lambda", "license-manager", "lookoutequipment",
        "lookoutvision", "monitoring", "nova-act", "personalize", "qbusiness", "rds", "rekognition", "rolesanywhere",
        "s3", "sagemaker", "scheduler", "secretsmanager", "servicediscovery", "sns", "sqs", "ssm", "ssm-contacts",
        "storagegateway", "swf", "textract", "transcribe", "transcribestreaming", "transform", "transform-agents",
        "transform-custom", "translate", "user-subscriptions", "verifiedpermissions", "voiceid", "workmail",
        "workmailmessageflow",
    }
)  # fmt: skip
"""The valid values of `eventSource`, without ".amazonaws.com"."""
IN_CHINA: Final = frozenset({"cloudtrail", "ec2", "kms", "secretsmanager"})
"""Source: https://docs.amazonaws.cn/en_us/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html"""
OTHERWISE: Final = {"kinesis-firehose": "firehose"}
"""Endpoints whose name is not their event source's; of others (sagemaker.api, bedrock-runtime) AWS does not say it.

Sources: https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-firehose.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""


def event_source(service_name: str, region: str) -> str | None:
    """The event source of the calls by way of an endpoint, such as "kms.amazonaws.com"; None where none is known."""
    name = short_name(service_name, region)
    source = OTHERWISE.get(name, name)
    known = {"aws": SOURCES, "aws-cn": IN_CHINA}.get(partition(region), frozenset())
    return f"{source}.amazonaws.com" if source in known else None
