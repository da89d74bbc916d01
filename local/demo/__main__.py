"""`python -m local.demo`: exit code 0 only if all that is told really happened."""

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import Final

from local.demo.scene import scene
from local.demo.story import tell
from local.demo.voice import DemoFailed, Voice
from local.errors import LocalCloudError

INTERRUPTED: Final = 130
"""The shell's own code for a command that was ended by Ctrl-C."""
GO_ON: Final = """
Go on by yourself:
  a cloud to play with      .venv/bin/python -m local up --template .aws-sam/build/template.yaml
    that fixes, too         ... --standard local/demo/standard.toml --parameter Mode=enforce
  judge what is in it       .venv/bin/warden scan      (after the `export` lines that it prints)
  what would be changed     .venv/bin/warden plan
  a rule's page             .venv/bin/warden explain multi-az
  in an AWS account         sam build && sam deploy --guided      (it only tells; README.md says how to let it fix)"""


def main() -> int:
    """Run the demo; 0, or 1 with what did not happen, or 130."""
    options = argparse.ArgumentParser(prog="python -m local.demo", description="Show the main job on this machine.")
    options.add_argument("--build", type=Path, default=Path(".aws-sam/build"), help="what `sam build` made")
    options.add_argument("--patience", type=float, default=20.0, help="seconds to wait for each step (default 20)")
    options.add_argument("--whole", action="store_true", help="show e-mail and Slack message whole")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that `kill` clears up as Ctrl-C does
    voice, start = Voice(chosen.patience, whole=chosen.whole), time.monotonic()
    try:
        voice.chapter("A local cloud, and the stack in it")
        with scene(voice, chosen.build) as stage:
            tell(stage, voice)
    except (DemoFailed, LocalCloudError) as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was left behind.", file=sys.stderr)
        return INTERRUPTED
    voice.say("")
    voice.say(f"All of it happened, in {time.monotonic() - start:.0f} s; the cloud is gone again.")
    voice.console.print(GO_ON, highlight=False, markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
