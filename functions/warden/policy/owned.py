"""What AWS itself owns and lends to everybody: its buckets, images, parameters, registries; pure, as data.

A resource of these is not ours and not a stranger's either: it is told apart. Placeholders: {region}, {bare_region} for
the region without dashes, * for what differs.
Source: https://github.com/aws-samples/data-perimeter-policy-examples (service_owned_resources.md, 2026-03-18)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BUCKETS: Final = (
    # Amazon Linux packages and kernel patches
    "packages.{region}.amazonaws.com", "repo.{region}.amazonaws.com", "amazonlinux.{region}.amazonaws.com",
    "amazonlinux-2-repos-{region}", "al2023-{region}", "al2023-repos-{region}-de612dc2",
    # Amazon EMR
    "repo.{region}.emr.amazonaws.com", "prod.{region}.appinfo.src",
    # Systems Manager: agent, packages, patches, documents
    "aws-ssm-{region}", "aws-windows-downloads-{region}", "amazon-ssm-{region}", "amazon-ssm-packages-{region}",
    "{region}-birdwatcher-prod", "aws-ssm-distributor-file-{region}", "aws-ssm-document-attachments-{region}",
    "patch-baseline-snapshot-{region}", "aws-patchmanager-macos-{region}", "session-manager-downloads",
    "ssm-document-categories",
    # CloudWatch, CodeDeploy, Image Builder, Cloud9, CLI
    "amazoncloudwatch-agent", "amazoncloudwatch-agent-{region}", "aws-codedeploy-{region}",
    "ec2imagebuilder-toe-{region}-prod", "ec2imagebuilder-managed-resources-{region}-prod",
    "static-{region}-prod-static-*", "aws-synthetics-library-*", "aws-cli",
    # Image layers of ECR
    "prod-{region}-starport-layer-bucket",
    # CloudFormation
    "cloudformation-waitcondition-{region}", "cloudformation-custom-resource-response-{bare_region}",
    "cloudformation-examples",
    # Migration and recovery
    "aws-mgn-clients-{region}", "aws-mgn-clients-hashes-{region}", "aws-mgn-internal-{region}",
    "aws-mgn-internal-hashes-{region}", "aws-application-migration-service-{region}",
    "aws-application-migration-service-hashes-{region}", "aws-drs-clients-{region}", "aws-drs-clients-hashes-{region}",
    "aws-drs-internal-{region}", "aws-drs-internal-hashes-{region}", "aws-elastic-disaster-recovery-{region}",
    "aws-elastic-disaster-recovery-hashes-{region}",
    # Lambda, CodeArtifact, Glue, Elastic Beanstalk, SageMaker, Neptune, Service Catalog, SAP, samples
    "prod-04-2014-tasks", "awslambda-{region}-tasks", "aws-glue-studio-transforms-*-prod-{region}",
    "elasticbeanstalk-samples-{region}", "elasticbeanstalk-platform-assets-{region}",
    "elasticbeanstalk-env-resources-{region}", "jumpstart-cache-prod-{region}",
    "aws-neptune-notebook", "aws-neptune-notebook-{region}", "aws-ec2-enclave-certificate-{region}-prod",
    "amazonq-code-scan-{region}-*", "amazonq-code-transformation-{region}-*", "amazonq-feature-development-{region}-*",
    "amazonq-test-generation-{region}-*", "athena-examples-{region}", "awssupportdatasvcs.com", "redshift-downloads",
    "aws-sap-data-provider", "aws-sap-dataprovider-{region}", "awssap-backint-agent",
)  # fmt: skip
"""Names of S3 buckets. `elasticbeanstalk-REGION` and `assets-ACCOUNT-REGION` are left out: ours are named alike."""

FORMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "cloudformation": {"": ("arn:${Partition}:cloudformation:${Region}:aws:transform/${Name}",)},
    "ec2": {"prefix-list": ("arn:${Partition}:ec2:${Region}:aws:prefix-list/${Id}",)},
    "iam": {"policy": ("arn:${Partition}:iam::aws:policy/${Name}",)},
    "imagebuilder": {
        "component": ("arn:${Partition}:imagebuilder:${Region}:aws:component/${Name}",),
        "componentVersion": ("arn:${Partition}:imagebuilder:${Region}:aws:component/${Name}",),
        "image": ("arn:${Partition}:imagebuilder:${Region}:aws:image/${Name}",),
        "imageVersion": ("arn:${Partition}:imagebuilder:${Region}:aws:image/${Name}",),
    },
    "ssm": {
        "parameter": ("arn:${Partition}:ssm:${Region}::parameter/aws/${Name}",),
        "document": ("arn:${Partition}:ssm:${Region}::document/${Name}",),
        "automation-definition": ("arn:${Partition}:ssm:${Region}::automation-definition/${Name}",),
    },
}
"""Forms of ARNs by service and type of resource, in the account's place `aws` or nothing."""

ACCOUNTS: Final = frozenset(
    {
        # Registries of EKS add-ons, which are pulled by every cluster
        "602401143452", "800184023465", "877085696533", "558608220178", "590381155156", "759879836304", "900889452093",
        "491585149902", "296578399912", "455263428931", "900612956339", "066635153087", "761377655185", "730335286997",
        "918309763551", "961992271922", "151742754352", "013241004608",
    }
)  # fmt: skip
"""Accounts of AWS services. Source: https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html"""


def bucket_names(region: str) -> tuple[str, ...]:
    """The names of AWS's buckets in a region, `*` standing for what differs."""
    bare = region.replace("-", "")
    return tuple(name.format(region=region, bare_region=bare) for name in BUCKETS)
