"""Deploy what `sam build` made through the CloudFormation API, without the `sam` command's own start-up time."""

import hashlib
import io
import shutil
import time
import zipfile
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from botocore.exceptions import ClientError

from local.errors import LocalCloudError
from local.template import Template
from warden.errors import BadStandard
from warden.standard_file import load

if TYPE_CHECKING:
    from local.cloud import Connection

BUCKET: Final = "local-artefacts"
CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
DONE: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
FAILED: Final = ("_FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")
NOW: Final = (1980, 1, 1, 0, 0, 0)


def _zipped(folder: Path) -> bytes:
    """Return the artefact; the same files give the same bytes, so that unchanged code is not deployed again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(folder)), NOW), path.read_bytes())
    return buffer.getvalue()


def _packaged(cloud: "Connection", template: Template) -> str:
    """Return the template with each function's code in S3."""
    document = deepcopy(template.document)
    s3 = cloud.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # an update of the stack
        # S3 refuses the name of its first region.
        where = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        s3.create_bucket(Bucket=BUCKET, **({"CreateBucketConfiguration": where} if where else {}))
    keys: dict[Path, str] = {}
    for name, properties in template.functions().items():
        folder = template.code(properties)
        if folder not in keys:
            artefact = _zipped(folder)
            keys[folder] = f"{hashlib.sha256(artefact).hexdigest()[:32]}.zip"
            s3.put_object(Bucket=BUCKET, Key=keys[folder], Body=artefact)
        document["Resources"][name]["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": keys[folder]}
    return yaml.safe_dump(document, sort_keys=False)


def _wait(client: Any, stack: str, seconds: float) -> dict[str, Any]:  # noqa: ANN401 -- a boto3 client
    """Return the stack when it is complete; raise LocalCloudError when it failed or took too long."""
    deadline = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = client.describe_stacks(StackName=stack)["Stacks"][0]
        status = found["StackStatus"]
        if status in DONE:
            return found
        if status.endswith(FAILED) or time.monotonic() > deadline:
            raise LocalCloudError(_story(client, stack, status))
        time.sleep(0.05)


def _story(client: Any, stack: str, status: str) -> str:  # noqa: ANN401 -- a boto3 client
    """Return what the stack's events say, the first failure first."""
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    lines = [
        f"  {event.get('ResourceStatus')} {event.get('LogicalResourceId')} {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
    ]
    return "\n".join([f"Stack {stack} is {status}:", *lines])


def text_of_standard(path: Path) -> str:
    """Return the text of a standard.toml; raise LocalCloudError with every problem of one that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        load(text)
    except OSError as error:
        raise LocalCloudError(f"the standard {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LocalCloudError(f"the standard {path} is not UTF-8 text: {error.reason} at byte {error.start}") from error
    except BadStandard as error:
        raise LocalCloudError("\n  ".join((f"the standard {path} is wrong:", *error.problems))) from error
    return text


def with_standard(built: Path, build: Path, standard: str) -> Path:
    """Copy what `sam build` made to `build`, with another standard.toml: the one file that users edit.

    Raise LocalCloudError where nothing was built, or nothing that judges by a standard.
    """
    if not (built / "template.yaml").is_file():
        raise LocalCloudError(f"{built} holds no built template: run `make build` first")
    shutil.copytree(built, build)
    found = list(build.rglob("standard.toml"))
    if not found:
        raise LocalCloudError(f"{built} holds no standard.toml that another one could stand in for")
    for place in found:
        place.write_text(standard, encoding="utf-8")
    return build


def deploy(cloud: "Connection", build: Path, parameters: dict[str, str], stack: str, seconds: float) -> dict[str, str]:
    """Create the stack, or update the one that is there; return its outputs; raise LocalCloudError."""
    template = Template.read(build)
    template.check(parameters)
    client = cloud.client("cloudformation")
    known = {found["StackName"] for found in client.describe_stacks()["Stacks"]}
    change = client.update_stack if stack in known else client.create_stack
    body = _packaged(cloud, template)
    try:
        change(
            StackName=stack,
            TemplateBody=body,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=CAPABILITIES,
        )
    except ClientError as error:
        why = error.response["Error"].get("Message", error)
        raise LocalCloudError(f"CloudFormation refuses the stack {stack} of {template.path}: {why}") from error
    outputs = _wait(client, stack, seconds).get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}
