"""The rule `required-tags`: endpoints carry the tags that the organisation demands."""

from __future__ import annotations

from ..code_changes import VALUE, SetTags, tag_then
from ..model import Breach, InCode, Judgement, Kind, NotApplicable, Pass, Severity, Snapshot
from ..plain import listed as in_words
from ..settings import Settings
from ..standard import Standard
from ..tag_demands import Lacking, demanded, lacking
from .rule import beside_the_point, rule


class RequiredTags(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "required-tags"
    tags = demanded()


@rule(
    RequiredTags,
    severity=Severity.LOW,
    applies_to=frozenset(Kind) - {Kind.UNSUPPORTED},
    not_for={},
    reads_service=False,
)
def required_tags(seen: Snapshot, standard: Standard) -> Judgement:
    """Tell of endpoints without the tags that the standard demands.

    Why: an endpoint that nobody owns is never mended and never deleted; what it costs is on nobody's bill.
    Fix: none: the value of a tag, only its owner knows. The finding has the command that sets it.
    Risk: none, nothing is changed. Keys and values are compared exactly, as AWS does; a tag with an empty value counts
        as missing. Endpoints that an AWS service made for itself are left out.
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
    """
    endpoint, demands = seen.endpoint, standard.of(RequiredTags).tags
    left_out = beside_the_point(endpoint)
    if left_out:
        return left_out
    if not demands:
        return NotApplicable("the standard demands no tags")
    lacks = lacking(endpoint.tags, demands)
    if lacks is None:
        return Pass()
    return Breach(
        lacks.code,
        lacks.words(endpoint.tags),
        lacks.evidence,
        advice=f"`{lacks.command(endpoint.key)}`, or the same in the template that makes the endpoint",
        in_code=InCode(_advice_in_code(lacks), SetTags(lacks.demands)),
    )


def _advice_in_code(lacks: Lacking) -> str:
    """The tags, to be set where code would else take them away again."""
    unknown = any(tag_then(one.values) == VALUE for one in lacks.demands)
    filled = f", where {VALUE} stands for what only its owner knows" if unknown else ""
    keys = in_words(one.key for one in lacks.demands)
    return f"set the tag{'s' if len(lacks.demands) > 1 else ''} {keys} in the code that manages the endpoint{filled}"
