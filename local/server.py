"""The server process of a local cloud; `local.keeper` starts it and clears up after it."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from local.settings import ROOT_KEY_ID, ROOT_SECRET, Settings


def _listen() -> socket.socket:
    """Take a free port on loopback."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # so that a client that comes before the server is ready waits
    return listener


def _environment(settings: Settings, port: int) -> None:
    """Set MiniStack's settings; it reads them when it is imported. Nothing else of our environment stays."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    os.environ.clear()
    os.environ.update(
        kept,
        AUTH="true",
        AWS_ACCESS_KEY_ID=ROOT_KEY_ID,
        AWS_SECRET_ACCESS_KEY=ROOT_SECRET,
        AWS_DEFAULT_REGION=settings.region,
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        HOME=settings.folder,
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        MINISTACK_ACCOUNT_ID=settings.account,
        MINISTACK_HOST="127.0.0.1",
        MINISTACK_REGION=settings.region,
        MOTO_EC2_LOAD_DEFAULT_AMIS="false",  # images that nobody here starts; they take 0.2 s for each account
        SFTP_ENABLED="0",
        STATE_DIR=f"{settings.folder}/state",
        TMPDIR=settings.folder,
    )


def _end_with_keeper(folder: str) -> None:
    """End the whole process group when the keeper is gone: its end of our standard input is closed."""
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


async def _serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM; print the address first."""
    from hypercorn.asyncio import serve  # noqa: PLC0415 -- after the environment is set
    from hypercorn.config import Config  # noqa: PLC0415
    from moto.ec2.models import ec2_backends  # noqa: PLC0415

    from local import batches, elb, functions, taps  # noqa: PLC0415
    from local.app import App  # noqa: PLC0415
    from local.record import Record  # noqa: PLC0415

    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    _ = ec2_backends[settings.account][settings.region]  # its default VPC is made now, not in the first client's call
    record = Record()
    taps.install(record)
    batches.install()
    elb.install()
    functions.Environments(Path(settings.folder) / "code", url, record).install()
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = 0.2
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    application: Any = App(settings, record)  # ASGI, in wider words than hypercorn's
    print(json.dumps({"endpoint_url": url}), flush=True)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the parent reads one line only
    await serve(application, config, shutdown_trigger=stopped.wait)


def main(text: str) -> None:
    """Run the cloud that these settings describe."""
    settings = Settings.from_json(text)
    log = os.open(f"{settings.folder}/server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stderr.fileno())
    threading.Thread(target=_end_with_keeper, args=(settings.folder,), daemon=True).start()
    listener = _listen()
    _environment(settings, listener.getsockname()[1])
    asyncio.run(_serve(settings, listener))
    os._exit(0)  # threads of MiniStack may still wait; the keeper removes the rest


if __name__ == "__main__":
    main(sys.argv[1])
