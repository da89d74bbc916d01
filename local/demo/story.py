"""The chapters of the demo."""

import json
from collections.abc import Callable
from typing import Any, Final

from local.demo.scene import EMAIL, Scene
from local.demo.voice import Voice

HOPS: Final = {
    "published": "CloudTrail's event is published",
    "matched": "the template's rule matches it",
    "received": "the queue hands it over",
    "invoked": "the function starts, under its role",
    "told": "the notice goes to the topic",
    "returned": "the function is done",
}


def tell(scene: Scene, voice: Voice) -> None:
    """Tell all of it; raise DemoFailed at the first thing that did not happen."""
    notified(scene, voice)
    endpoint_id = enforced(scene, voice)
    put_back(scene, voice, endpoint_id)


def notified(scene: Scene, voice: Voice) -> None:
    """Mode notify, the default: told, and nothing changed."""
    voice.chapter("Mode notify, the default: an endpoint is made in one zone, with the policy that AWS gives it")
    endpoint_id = _create(scene, voice, "kms")
    before = scene.endpoint(endpoint_id)
    notice = _told_everywhere(scene, voice, endpoint_id, 1)
    _decisions(voice, notice)
    voice.hold("nothing was changed: same subnet, same policy", true=scene.endpoint(endpoint_id) == before)


def enforced(scene: Scene, voice: Voice) -> str:
    """Mode enforce: fixed in one write; the endpoint's id."""
    voice.chapter("Mode enforce: another endpoint is made the same way")
    voice.do("stack updated to Mode=enforce", lambda: scene.deploy("enforce"))
    calls = len(scene.cloud.calls())
    endpoint_id = _create(scene, voice, "sqs")
    before = scene.endpoint(endpoint_id)
    voice.expect(
        "the endpoint stands in two zones and bears the baseline policy",
        lambda: _changed(scene.endpoint(endpoint_id), before),
        lambda: progress(scene, endpoint_id),
    )
    notice = _told_everywhere(scene, voice, endpoint_id, 1)
    _decisions(voice, notice)
    _before_after(voice, before, scene.endpoint(endpoint_id))
    ours = [call for call in scene.cloud.calls(calls) if "OnChangeRole" in str(call["principal"])]
    writes = [call for call in ours if call["service"] == "ec2" and not call["action"].startswith("Describe")]
    voice.table("API calls of the function, under its role", map(_call, ours))
    names = [call["action"] for call in writes]
    voice.hold(f"one write to EC2, and no other: {', '.join(names)}", true=names == ["ModifyVpcEndpoint"])
    voice.table("How long each hop took", _hop_rows(scene, endpoint_id))
    voice.quote(f"The e-mail to {EMAIL}: {notice['subject']}", scene.mail(endpoint_id)[0]["text"])
    voice.quote("The message in Slack", _slack_text(scene.slack(endpoint_id)[0]))
    return endpoint_id


def put_back(scene: Scene, voice: Voice, endpoint_id: str) -> None:
    """Somebody takes the second subnet away again."""
    voice.chapter("Somebody takes the second subnet away again")
    taken = scene.endpoint(endpoint_id)["SubnetIds"][-1]
    words = ("ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", endpoint_id, "--remove-subnet-ids", taken)
    voice.command(("aws", *words))
    scene.aws(*words)
    voice.expect(
        "it is put back",
        lambda: len(scene.endpoint(endpoint_id)["SubnetIds"]) == 2,  # noqa: PLR2004  zones demanded
        lambda: progress(scene, endpoint_id),
    )
    _decisions(voice, _told_everywhere(scene, voice, endpoint_id, 2))
    voice.expect(
        "our own changes came back as events, were known as ours and only verified; the journal is closed",
        lambda: scene.journal(endpoint_id) == ["applied", "applied"] and _all_seen(scene, endpoint_id),
        lambda: f"journal: {scene.journal(endpoint_id)}; {progress(scene, endpoint_id)}",
    )
    voice.hold("nobody was told twice", true=len(scene.notices(endpoint_id)) == 2)  # noqa: PLR2004  chapters


def progress(scene: Scene, endpoint_id: str) -> str:
    """What did happen to this endpoint, for whoever reads that something did not."""
    hops = [hop for hop in scene.cloud.hops() if endpoint_id in hop["endpoints"]]
    seen = [HOPS.get(hop["hop"], hop["hop"]) for hop in hops] or ["nothing"]
    errors = [f"{call['action']}: {call['error_code']}" for call in scene.cloud.calls() if call["error_code"]]
    logs = [line["line"] for line in scene.cloud.logs() if '"level":"WARNING"' in line["line"]]
    parts = [f"seen of {endpoint_id}: {'; '.join(seen)}"]
    parts += [f"calls refused: {', '.join(errors)}"] if errors else []
    return "\n".join([*parts, *logs[-3:]])


def _all_seen(scene: Scene, endpoint_id: str) -> bool:
    """Whether the function took, and was done with, a batch that came after the newest event of the endpoint."""
    last: dict[str, int] = {hop["hop"]: hop["n"] for hop in scene.cloud.hops() if endpoint_id in hop["endpoints"]}
    return last["published"] < last["received"] < last["returned"]


def _create(scene: Scene, voice: Voice, service: str) -> str:
    words = (
        "ec2", "create-vpc-endpoint", "--vpc-endpoint-type", "Interface", "--vpc-id", scene.vpc_id,
        "--service-name", f"com.amazonaws.{scene.cloud.region}.{service}", "--subnet-ids", scene.subnet_ids[0],
    )  # fmt: skip
    voice.command(("aws", *words))
    endpoint_id = str(scene.aws(*words)["VpcEndpoint"]["VpcEndpointId"])
    voice.say(f"EC2 made {endpoint_id}. From here on nobody calls anything: what follows is the stack's own doing.")
    return endpoint_id


def _told_everywhere(scene: Scene, voice: Voice, endpoint_id: str, times: int) -> dict[str, Any]:
    """Wait until each channel has had so many messages; the newest notice."""
    listeners: dict[str, Callable[[str], list[dict[str, Any]]]] = {
        "the http subscriber got the notice": scene.notices,
        f"the e-mail to {EMAIL} went out": scene.mail,
        "Slack got its message": scene.slack,
    }
    for what, heard in listeners.items():
        voice.expect(what, lambda heard=heard: len(heard(endpoint_id)) >= times, lambda: progress(scene, endpoint_id))  # type: ignore[misc]
    return scene.notices(endpoint_id)[-1]


def _decisions(voice: Voice, notice: dict[str, Any]) -> None:
    voice.say(f"Notice: {notice['subject']}")
    for result in notice["results"]:
        voice.say(f"  {result['rule']}: {result['message']}")
        voice.say(f"    {result['done'] or result['why']}")


def _changed(now: dict[str, Any], before: dict[str, Any]) -> bool:
    return len(now["SubnetIds"]) > len(before["SubnetIds"]) and now["PolicyDocument"] != before["PolicyDocument"]


def _before_after(voice: Voice, before: dict[str, Any], after: dict[str, Any]) -> None:
    rows = [
        {"": name, "before": _shown(before[name]), "after": _shown(after[name])}
        for name in ("SubnetIds", "PolicyDocument")
    ]
    voice.table("What changed", rows)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return "\n".join(json.dumps(statement) for statement in json.loads(value)["Statement"])
    return "\n".join(value) if isinstance(value, list) else str(value)


def _call(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "service": call["service"],
        "call": call["action"],
        "ms": f"{call['duration_ms']:.0f}",
        "answer": call["error_code"] or "ok",
    }


def _hop_rows(scene: Scene, endpoint_id: str) -> list[dict[str, Any]]:
    """Each hop's first time for this endpoint, in seconds since the event, and since the hop before."""
    first: dict[str, float] = {}
    for hop in scene.cloud.hops():
        if endpoint_id in hop["endpoints"] and hop["hop"] in HOPS:
            first.setdefault(hop["hop"], hop["time"])
    start = last = min(first.values())
    rows = []
    for name, at in sorted(first.items(), key=lambda item: item[1]):
        rows.append({"hop": HOPS[name], "at s": f"{at - start:.2f}", "took s": f"{at - last:.2f}"})
        last = at
    return rows


def _slack_text(message: dict[str, Any]) -> str:
    """The words of Slack's blocks, as plain text."""
    lines = [str(message.get("text", ""))]
    for block in message.get("blocks", []):
        texts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        lines += [str(text["text"]) for text in texts if isinstance(text, dict) and "text" in text]
    return "\n".join(lines)
