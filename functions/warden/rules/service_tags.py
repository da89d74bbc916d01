"""The rule `service-tags`: endpoint services of ours carry the tags that the organisation demands."""

from __future__ import annotations

from ..model import Breach, NotApplicable, Pass, Severity
from ..own_services import serves_nobody
from ..settings import Settings
from ..standard import Standard
from ..subjects import ServiceSeen
from ..tag_demands import demanded, lacking
from .rule import Answer, subject_rule


class ServiceTags(Settings):
    """Settings of the rule."""

    __slots__ = ()
    rule = "service-tags"
    tags = demanded()


@subject_rule(ServiceTags, severity=Severity.LOW)
def service_tags(seen: ServiceSeen, standard: Standard) -> Answer:
    """Tell of endpoint services of ours without the tags that the standard demands.

    Why: consumers in other accounts hang on a service: whoever finds it must see whom to ask before changing it.
    Fix: none: the value of a tag, only its owner knows. The finding has the command that sets it.
    Risk: none, nothing is changed. Keys and values are compared exactly, as AWS does; a tag with an empty value counts
        as missing. The tags of endpoints have a rule of their own, `required-tags`.
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceConfiguration.html
    """
    left_out = serves_nobody(seen)
    if left_out:
        return left_out
    demands = standard.of(ServiceTags).tags
    if not demands:
        return NotApplicable("the standard demands no tags")
    lacks = lacking(seen.tags, demands)
    if lacks is None:
        return Pass()
    advice = f"`{lacks.command(seen.key)}`, or the same in the template that makes the endpoint service"
    return Breach(lacks.code, lacks.words(seen.tags), lacks.evidence, advice=advice)
