"""`python -m local up` and `python -m local down`."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, Self

import boto3
import typer

from local.cloud import PREFIX, LocalCloud
from local.deploy import text_of_standard, with_standard
from local.errors import LocalCloudError
from local.news import News
from local.template import BUILD, Template
from local.waiting import wait_for

STATE: Final = "cloud.json"
"""Where a running cloud notes its keeper's process id and its address, in its folder."""
LETTERS: Final = (
    "curl -s $AWS_ENDPOINT_URL/_local/mail | "
    """python3 -c 'import json, sys; [print(one["subject"], one["text"], sep="\\n") for one in json.load(sys.stdin)]'"""
)
"""What shows the e-mails as people get them: the answer is JSON, whose line ends nobody can read."""

app = typer.Typer(
    help="A local AWS cloud on loopback.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


def _pairs(parameters: list[str]) -> dict[str, str]:
    """Return `Key=Value` words as a dictionary; raise typer.BadParameter for another form."""
    wrong = [word for word in parameters if "=" not in word]
    if wrong:
        message = f"{wrong[0]!r} is not Key=Value"
        raise typer.BadParameter(message)
    return dict(word.split("=", 1) for word in parameters)


def _print_exports(cloud: LocalCloud) -> None:
    for name, value in cloud.environment().items():
        typer.echo(f"export {name}={value}")


def _follow(cloud: LocalCloud) -> None:
    """Print what the functions log and what is told, as it comes, until interrupted."""
    news = News(cloud)
    while True:
        for line in news.lines():
            typer.echo(line)
        time.sleep(0.2)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `up` is to deploy, checked before anything starts."""

    build: Path | None
    standard: str | None
    parameters: dict[str, str]
    stack: str

    @classmethod
    def of(cls, build: Path | None, standard: Path | None, parameters: dict[str, str], stack: str) -> Self:
        """Check the options; raise LocalCloudError that names the one that is wrong."""
        if build is None:
            needless = "--standard" if standard else "--parameter" if parameters else ""
            if needless:
                raise LocalCloudError(f"{needless} is of no use without --template. {BUILD}")
            return cls(None, None, parameters, stack)
        template = Template.read(build)
        template.check(parameters)
        return cls(template.path.parent, text_of_standard(standard) if standard else None, parameters, stack)

    def deploy(self, cloud: LocalCloud) -> None:
        """Deploy it into the running cloud; print the outputs."""
        if self.build is None:
            return
        # In the cloud's own folder, which goes with the cloud, however that ends.
        build = with_standard(self.build, cloud.folder / "build", self.standard) if self.standard else self.build
        for name, value in cloud.deploy(build, self.parameters, self.stack).items():
            typer.echo(f"# {name} = {value}")


def _region(name: str) -> str:
    session = boto3.session.Session()
    known = [
        one
        for partition in session.get_available_partitions()
        for one in session.get_available_regions("ec2", partition)
    ]
    if name not in known:
        raise typer.BadParameter(f"{name!r} is no region of AWS that is known here; there is {', '.join(known)}")
    return name


@app.command()
def up(
    *,
    template: Annotated[Path | None, typer.Option(help="A template that `sam build` made, to deploy.")] = None,
    standard: Annotated[
        Path | None, typer.Option(help="Deploy with this standard.toml instead of the built one.")
    ] = None,
    parameter: Annotated[list[str] | None, typer.Option(help="A parameter of the template, Key=Value.")] = None,
    stack: Annotated[str, typer.Option(help="Name of the stack.")] = "warden",
    region: Annotated[str, typer.Option(help="The region that it pretends to be.", callback=_region)] = "eu-central-1",
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running; `down` ends it.")] = False,
) -> None:
    """Start the cloud, print what to export, deploy the template if one is given, show what happens in it."""
    signal.signal(signal.SIGTERM, _interrupt)
    cloud = LocalCloud(region)
    try:
        asked = _Asked.of(template, standard, _pairs(parameter or []), stack)
        _run(cloud, asked, detach=detach)
    except KeyboardInterrupt:
        cloud.stop()
    except LocalCloudError as error:
        cloud.stop()
        typer.echo(f"local: {error}", err=True)
        raise typer.Exit(1) from error


def _run(cloud: LocalCloud, asked: _Asked, *, detach: bool) -> None:
    cloud.start(detached=detach)
    (cloud.folder / STATE).write_text(json.dumps({"pid": cloud.pid, "endpoint_url": cloud.endpoint_url}))
    _print_exports(cloud)
    asked.deploy(cloud)
    if not detach:
        typer.echo(f"# Ctrl-C ends it. What the functions log and tell follows; every e-mail in full:\n# {LETTERS}")
        _follow(cloud)


def _running() -> Iterator[tuple[Path, int]]:
    """Yield folder and keeper of each cloud of this user that `up` started."""
    for state in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{STATE}"):
        if state.stat().st_uid == os.getuid():
            yield state.parent, json.loads(state.read_text())["pid"]


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return  # it has ended by itself


def _gone(folder: Path) -> bool:
    return not folder.exists()


@app.command()
def down() -> None:
    """Stop every cloud that `up` started, and wait until nothing of it is left."""
    running = list(_running())
    for folder, pid in running:
        _end(pid)
        wait_for(partial(_gone, folder), 10, f"the end of {folder}")
        typer.echo(f"stopped {folder.name}")
    if not running:
        typer.echo("nothing is running")


if __name__ == "__main__":
    app()
