"""The pieces of a Slack message in Block Kit, safe for text from outside. Pure.

Everything from outside stands in plain_text where it can, and is escaped everywhere, so that a tag with `<!channel>`
in it calls nobody. A message that breaks a limit would be refused whole, so every text is held to its own.
Sources: https://docs.slack.dev/reference/block-kit/composition-objects/text-object and
https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from .plain import joined

HEADER: Final = 150
SECTION: Final = 1_500
"""Characters of a section's text; Slack takes 3,000, but refuses some 13,000 in all (msg_blocks_too_long).

Source: https://github.com/slackapi/bolt-js/issues/2509
"""
DOCUMENT: Final = 2_900
"""Characters of a document in a section of its own: within Slack's 3,000, with the marks around it."""
FIELD: Final = 400
"""Characters of a field; Slack takes 2,000."""
FIELDS: Final = 10

Block = Mapping[str, object]


def says(text: str) -> Block:
    """Say something in a section of its own."""
    return {"type": "section", "text": plain(text, SECTION)}


def code(command: str, limit: int = SECTION, what: str = "command") -> Block:
    """Show a command, or another text of this length, whole or not at all, since people copy it.

    Backticks would end the code, so such a command stands as plain text.
    """
    if not command or length(escaped(command)) > limit:
        return says(f"(the {what} is too long to stand here: see the e-mail)")
    if "`" in command:
        return {"type": "section", "text": plain(command, limit)}
    return {"type": "section", "text": markup(f"```{escaped(command)}```")}


def context(texts: Iterable[str]) -> Block:
    """Give small print; texts that are empty are left out."""
    return {"type": "context", "elements": [plain(text, FIELD) for text in islice(filter(None, texts), FIELDS)]}


def plain(text: str, limit: int) -> Block:
    """Show a text as it is; Slack refuses an empty one."""
    return {"type": "plain_text", "text": clipped(escaped(text), limit) or "-", "emoji": False}


def markup(text: str) -> Block:
    """Show text with marks of ours; what stands between them must be escaped."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def escaped(text: str) -> str:
    """Write the three characters that mean something to Slack so that they do not; leave out what cannot be seen."""
    seen = "".join(one if one.isprintable() or one == "\n" else " " for one in text).strip()
    return seen.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def length(text: str) -> int:
    """Count as JavaScript does: what is beyond the first 65,536 characters of Unicode counts twice."""
    return len(text.encode("utf-16-le", "replace")) // 2


def clipped(text: str, limit: int) -> str:
    """Hold a text that is escaped already to a length, never with half of an escape at its end."""
    if length(text) <= limit:
        return text
    start = text.encode("utf-16-le", "replace")[: 2 * (limit - 4)].decode("utf-16-le", "ignore")
    return joined(re.sub(r"&[a-z]{0,3}$", "", start), "...")


def link_to(url: str, title: str) -> str:
    """Write a link as marked-up text; what is no sound address stands as its title alone."""
    if re.fullmatch(r"https://[\w.-]+/[\w.~:/?#@!$'()*+,;=%&-]*", url, re.ASCII) and len(url) <= FIELD:
        return f"<{escaped(url)}|{escaped(title)}>"
    return escaped(title)


def weight_of(value: object) -> int:
    """Count the characters of a block's texts."""
    if isinstance(value, Mapping):
        return sum(weight_of(one) for one in value.values())
    if isinstance(value, list):
        return sum(weight_of(one) for one in value)
    return length(value) if isinstance(value, str) else 0
