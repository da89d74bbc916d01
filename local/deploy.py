"""Deploy what `sam build` made through the CloudFormation API, without the `sam` command's own start-up time."""

import hashlib
import io
import shutil
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from local.errors import LocalCloudError

if TYPE_CHECKING:
    from local.cloud import Connection

BUCKET: Final = "local-artefacts"
CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
DONE: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
FAILED: Final = ("_FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")
NOW: Final = (1980, 1, 1, 0, 0, 0)


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub`...) as the long ones."""


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # the third kind of node
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)


def _zipped(folder: Path) -> bytes:
    """Return the artefact; the same files give the same bytes, so that unchanged code is not deployed again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(folder)), NOW), path.read_bytes())
    return buffer.getvalue()


def _packaged(cloud: "Connection", template: Path) -> str:
    """Return the template with each function's code in S3."""
    document = yaml.load(template.read_text(), _Loader)  # noqa: S506 -- a SafeLoader
    s3 = cloud.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # an update of the stack
        # S3 refuses the name of its first region.
        where = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        s3.create_bucket(Bucket=BUCKET, **({"CreateBucketConfiguration": where} if where else {}))
    keys: dict[Path, str] = {}
    for resource in document["Resources"].values():
        code = resource.get("Properties", {}).get("CodeUri")
        if resource["Type"] != "AWS::Serverless::Function" or not isinstance(code, str):
            continue
        folder = (template.parent / code).resolve()
        if folder not in keys:
            artefact = _zipped(folder)
            keys[folder] = f"{hashlib.sha256(artefact).hexdigest()[:32]}.zip"
            s3.put_object(Bucket=BUCKET, Key=keys[folder], Body=artefact)
        resource["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": keys[folder]}
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


def with_standard(built: Path, build: Path, standard: str) -> Path:
    """Copy what `sam build` made to `build`, with another standard.toml: the one file that users edit.

    Raise LocalCloudError where nothing was built.
    """
    if not (built / "template.yaml").is_file():
        raise LocalCloudError(f"{built} holds no built template: run `make build` first")
    shutil.copytree(built, build)
    for found in list(build.rglob("standard.toml")):
        found.write_text(standard, encoding="utf-8")
    return build


def deploy(cloud: "Connection", build: Path, parameters: dict[str, str], stack: str, seconds: float) -> dict[str, str]:
    """Create the stack, or update the one that is there; return its outputs."""
    template = build / "template.yaml" if build.is_dir() else build
    client = cloud.client("cloudformation")
    known = {found["StackName"] for found in client.describe_stacks()["Stacks"]}
    change = client.update_stack if stack in known else client.create_stack
    change(
        StackName=stack,
        TemplateBody=_packaged(cloud, template),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=CAPABILITIES,
    )
    outputs = _wait(client, stack, seconds).get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}
