"""`warden policy`: files in, answers out; AWS is asked nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import Result

from cli.exits import Code
from policy.cases import LABELLED
from policy.test_policy_replay import BY_STRANGER, ENDPOINT, record

Run: TypeAlias = Callable[..., Result]

LABELLED_FILE = Path(__file__).parents[1] / "labelled-policies.json"
OURS = {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
CONTEXT = {
    "account_id": "111122223333",
    "org_id": "o-a1b2c3d4e5",
    "org_account_ids": ["111122223333", "444455556666"],
    "region": "us-east-1",
    "vpc_id": "vpc-0a1b2c3d4e5f60718",
    "vpce_id": ENDPOINT,
    "service_prefix": "sqs",
    "endpoint_type": "Interface",
}


def policy(**element: Any) -> str:
    """One statement that allows, on lines of their own."""
    statement = {"Sid": "One", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"} | element
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


CLOSED = policy(Condition={"StringEquals": OURS})


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Write a file and tell its path."""

    def write(content: object, name: str = "policy.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def context(file: Callable[..., str]) -> str:
    """A file with the context of an endpoint of SQS."""
    return file(CONTEXT, "context.json")


def test_labelled_cases_as_labelled(warden: Run) -> None:
    """Each policy of the file, by its id, as its label says; what cannot be decided is not called closed."""
    done = warden("policy", "check", "--cases", str(LABELLED_FILE), "--json")
    assert done.exit_code == Code.OK
    found = {one["id"]: one for one in json.loads(done.stdout)}
    assert len(found) == len(LABELLED)
    for case in LABELLED:
        one, wanted = found[case["id"]], case["expected"]
        assert set(one) == {
            "id", "valid", "default_full_access", "external_principals", "external_resources", "wildcard_actions",
            "unknown_because", "witness",
        }  # fmt: skip
        for question in ("external_principals", "external_resources"):
            if wanted[question] is None:
                assert one[question] in {"unknown", "invalid"}
                assert one["unknown_because"] or not one["valid"]
            else:
                assert one[question] == wanted[question]
            assert (one["witness"][question] is not None) == (one[question] in {"open", "unknown"})
        if wanted["valid"] is not None:
            assert one["valid"] is wanted["valid"]
            assert one["default_full_access"] is wanted["default_full_access"]
            assert one["wildcard_actions"] is wanted["wildcard_actions"]


def test_cases_as_lines(warden: Run) -> None:
    """In a pipe, a line for each."""
    lines = warden("policy", "check", "--cases", str(LABELLED_FILE)).stdout.splitlines()
    assert lines[0].split("\t") == ["A01-default-doc-no-version", "True", "open", "open"]
    assert len(lines) == len(LABELLED)


def test_open_policy_shows_the_request(warden: Run, file: Callable[..., str], context: str) -> None:
    """Who can do what, by which statement; and it ends with 1."""
    done = warden("policy", "check", file(policy()), "--context", context)
    assert done.exit_code == Code.OPEN
    assert "OPEN  identities: anyone, even without credentials, can sqs:" in done.stdout
    assert "OPEN  resources: a role of your account" in done.stdout
    assert "By One." in done.stdout
    assert "FULL ACCESS  the policy restricts nothing" in done.stdout
    assert "an interface endpoint for sqs in us-east-1; yours is the organisation o-a1b2c3d4e5" in done.stderr


def test_closed_policy_is_proved(warden: Run, file: Callable[..., str], context: str) -> None:
    """It ends with 0."""
    done = warden("policy", "check", file(CLOSED), "--context", context)
    assert done.exit_code == Code.OK
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == ["CLOSED", "CLOSED"]


@pytest.mark.parametrize("region", ["cn-north-1", "us-iso-east-1", "eusc-de-east-1"])
def test_a_context_may_be_of_any_partition(warden: Run, file: Callable[..., str], region: str) -> None:
    """Regions are not all named alike."""
    here = file(json.dumps(CONTEXT | {"region": region}), "here.json")
    assert warden("policy", "check", file(CLOSED), "--context", here).exit_code == Code.OK


def test_service_and_organisation_can_stand_on_the_command_line(warden: Run, file: Callable[..., str]) -> None:
    """Without a context, the service is that of the actions."""
    assert warden("policy", "check", file(CLOSED), "--organisation", "o-a1b2c3d4e5").exit_code == Code.OK
    star = file(policy(Action="*", Condition={"StringEquals": OURS}))
    done = warden("policy", "check", star)
    assert done.exit_code == Code.OPEN
    assert "an interface endpoint for s3" in done.stderr
    both = warden("policy", "check", file(policy(Action=["s3:GetObject", "kms:Decrypt"]), "both.json"))
    assert both.exit_code == Code.NOT_LOOKED
    assert "Name it: --service s3 or --service kms." in both.stderr
    for name in ("KMS", "com.amazonaws.us-east-1.kms"):
        assert "endpoint for kms" in warden("policy", "check", star, "--service", name).stderr
    done = warden("policy", "check", star, "--service", "kms", "--organisation", "o-a1b2c3d4e5")
    assert done.exit_code == Code.OK
    assert "000000000000 stands for the endpoint's own" in done.stderr


def test_what_is_not_told_is_named(warden: Run, file: Callable[..., str]) -> None:
    """A condition on the endpoint's VPC, and no word of which that is."""
    text = policy(Condition={"StringEquals": {"aws:SourceVpc": "vpc-0b"}})
    done = warden("policy", "check", file(text), "--organisation", "o-a1b2c3d4e5")
    assert done.exit_code == Code.OPEN
    assert "UNKNOWN  identities: One: what aws:SourceVpc is at this endpoint is not told" in done.stdout


def test_remarks_have_line_and_column(warden: Run, file: Callable[..., str], context: str) -> None:
    """As an editor counts them."""
    text = policy(Condition={"StringEquals": OURS | {"aws:SourceVpc": CONTEXT["vpc_id"]}})
    done = warden("policy", "check", file(text), "--context", context)
    assert done.exit_code == Code.OK, "a hint is no failure"
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("REMARK"))
    number = next(at for at, words in enumerate(text.splitlines(), 1) if "aws:SourceVpc" in words)
    assert line.startswith(f"REMARK  line {number} column ")
    refused = policy(Condition={"StringEquals": OURS, "StringLike": {"aws:PrincipalAccount": "1*"}})
    done = warden("policy", "check", file(refused), "--context", context)
    assert done.exit_code == Code.OPEN
    assert "REFUSED  line " in done.stdout


def test_what_is_no_policy_is_invalid_with_its_place(warden: Run, file: Callable[..., str], context: str) -> None:
    """For people and for programs."""
    path = file('{"Statement": [{"Effect": "Allow",\n  "Principal": "*", "Action": 3, "Resource": "*"}]}')
    done = warden("policy", "check", path, "--context", context)
    assert done.exit_code == Code.OPEN
    assert done.stdout.startswith("INVALID  line 2 column 21: Statement[0].Action is 3; allowed: a string")
    told = json.loads(warden("policy", "check", path, "--context", context, "--json").stdout)
    assert (told["valid"], told["external_principals"], told["external_resources"]) == (False, "invalid", "invalid")
    assert (told["error"]["line"], told["error"]["column"], told["error"]["path"]) == (2, 21, "Statement[0].Action")


def test_json_tells_all(warden: Run, file: Callable[..., str], context: str) -> None:
    """The witness as a request, and each remark with its place."""
    text = policy(Condition={"StringEquals": {"aws:SourceVpc": CONTEXT["vpc_id"]}})
    told = json.loads(warden("policy", "check", file(text), "--context", context, "--json").stdout)
    assert told["schema"] == "endpoint-warden/policy-check/1"
    assert told["full_access"] is True
    assert told["default_full_access"] is False
    assert told["witness"]["external_principals"]["request"]["principal"] == {"kind": "anonymous"}
    assert [one["code"] for one in told["remarks"]] == ["own-network"]


def test_what_the_service_needs_is_told_apart(warden: Run, file: Callable[..., str]) -> None:
    """AWS's own buckets are open to S3's endpoints by design."""
    text = policy(
        Action="s3:GetObject",
        Resource="arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
        Principal="*",
    )
    done = warden("policy", "check", file(text), "--organisation", "o-a1b2c3d4e5")
    assert done.exit_code == Code.OK
    assert "It is all that is open, and what the service needs besides." in done.stdout


def test_tighten_proposes_what_check_finds_closed(
    warden: Run, file: Callable[..., str], context: str, tmp_path: Path
) -> None:
    """The policy goes to stdout, and reads back; what was done goes to stderr."""
    done = warden("policy", "tighten", file(policy(Action="sqs:SendMessage")), "--context", context)
    assert done.exit_code == Code.OK
    assert "- One: narrowed to what is yours" in done.stderr
    assert "Proved: closed to outsiders" in done.stderr
    (tmp_path / "new.json").write_text(done.stdout)
    assert warden("policy", "check", str(tmp_path / "new.json"), "--context", context).exit_code == Code.OK
    done = warden("policy", "tighten", str(tmp_path / "new.json"), "--context", context)
    assert "It is closed as it is" in done.stderr


def test_tighten_says_what_stands_in_the_way(
    warden: Run, file: Callable[..., str], context: str, tmp_path: Path
) -> None:
    """Calls that were seen must not be lost."""
    seen = tmp_path / "seen.json"
    seen.write_text(json.dumps({"Records": [record(userIdentity=BY_STRANGER)]}))
    words = ("policy", "tighten", file(policy()), "--context", context, "--seen", str(seen))
    done = warden(*words)
    assert done.exit_code == Code.OPEN
    assert done.stdout == ""
    assert "it denies what was seen used: sqs:SendMessage" in done.stderr
    told = json.loads(warden(*words, "--json").stdout)
    assert told["policy"] is None
    assert told["draft"]["Statement"]
    assert told["objections"]


def test_compare(warden: Run, file: Callable[..., str], context: str) -> None:
    """Each way with a request, or a proof."""
    old, new = file(policy()), file(CLOSED, "new.json")
    done = warden("policy", "compare", old, new, "--context", context)
    assert done.exit_code == Code.OPEN
    assert done.stdout.splitlines()[0] == "NOTHING GAINED  proved"
    assert done.stdout.splitlines()[1].startswith("LOST  the old policy lets through what the new one does not: ")
    told = json.loads(warden("policy", "compare", new, old, "--context", context, "--json").stdout)
    assert (told["gained"]["verdict"], told["lost"]["verdict"]) == ("some", "none")
    assert told["gained"]["request"]["action"].startswith("sqs:")
    assert warden("policy", "compare", old, old, "--context", context).exit_code == Code.OK


def test_replay(warden: Run, file: Callable[..., str], context: str, tmp_path: Path) -> None:
    """Files and folders, gzipped or not."""
    folder = tmp_path / "trail" / "2026"
    folder.mkdir(parents=True)
    (folder / "a.json.gz").write_bytes(
        gzip.compress(json.dumps({"Records": [record(), record("DeleteQueue")]}).encode())
    )
    lines = file("\n".join(json.dumps(record()) for _ in range(3)), "lines.json")
    text = file(policy(Action="sqs:SendMessage"))
    done = warden("policy", "replay", text, str(tmp_path / "trail"), lines, "--context", context)
    assert done.exit_code == Code.OPEN
    assert done.stdout.startswith(
        "DENIED  once: sqs:DeleteQueue of arn:aws:sqs:us-east-1:111122223333:queue by arn:aws:iam:"
    )
    assert "5 records, 4 allowed, 1 denied, 0 that cannot be told." in done.stderr
    told = json.loads(warden("policy", "replay", text, lines, "--context", context, "--json").stdout)
    assert (told["records"], told["allowed"], told["denied"]) == (3, 3, [])
    assert warden("policy", "replay", text, lines, "--context", context).exit_code == Code.OK


WRONG_CONTEXTS = [
    ({"acount_id": "111122223333"}, "acount_id is no key of a context"),
    ({"account_id": 111122223333}, "account_id is 111122223333; it is the endpoint's account, 12 digits"),
    ({"org_id": "x"}, 'org_id is "x"; it is the organisation'),
    ({"org_account_ids": "111122223333"}, 'org_account_ids is "111122223333"; it is a list: all accounts'),
    ({"owned_buckets": [1]}, "owned_buckets holds 1; it is a list of names of buckets, not ARNs"),
    ({"endpoint_type": "gateway"}, 'endpoint_type is "gateway"; it is "Interface" or "Gateway"'),
    ({"service_prefix": "sqss"}, "the service 'sqss' is not known"),
    ([], "is no context: a JSON object is wanted"),
    ("{", "is not JSON: line 1 column 2"),
]


@pytest.mark.parametrize(("facts", "says"), WRONG_CONTEXTS)
def test_a_wrong_context_is_named(warden: Run, file: Callable[..., str], facts: object, says: str) -> None:
    """The file, the key, and what is allowed."""
    content = {"service_prefix": "sqs"} | facts if isinstance(facts, dict) else facts
    done = warden("policy", "check", file(CLOSED), "--context", file(content, "context.json"))
    assert done.exit_code == Code.NOT_LOOKED
    assert says in done.stderr


WRONG_FILES = [
    (("policy", "check"), "name a policy: FILE"),
    (("policy", "check", "{none}"), "cannot be read: No such file"),
    (("policy", "check", "{folder}"), "cannot be read: Is a directory"),
    (("policy", "check", "{binary}"), "is not UTF-8 text"),
    (("policy", "check", "{policy}", "--cases", "{policy}"), "not both"),
    (("policy", "check", "--cases", "{policy}"), "is no list of cases"),
    (("policy", "check", "--cases", "{cases}", "--service", "s3"), "each of the --cases has a context of its own"),
    (("policy", "compare", "-", "-"), "stdin (-) is named twice"),
    (("policy", "check", "{policy}", "--service", ""), '--service is ""; it is'),
    (
        ("policy", "check", "{policy}", "--organisation", "ours"),
        '--organisation is "ours"; it is the organisation, such as',
    ),
    (("policy", "tighten", "{broken}"), "is not JSON"),
    (("policy", "compare", "{policy}", "{broken}"), "is not JSON"),
    (("policy", "replay", "{policy}", "{broken}"), "the text is not JSON"),
    (("policy", "replay", "{policy}", "{folder}"), "holds no *.json"),
    (("policy", "replay", "{policy}", "{zipped}"), "cannot be read: Not a gzipped file"),
]


@pytest.mark.parametrize(("words", "says"), WRONG_FILES)
def test_a_file_that_cannot_be_read_is_named(warden: Run, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """It ends with 2, and nothing is half said."""
    (tmp_path / "folder").mkdir()
    contents = {
        "policy": CLOSED.encode(),
        "binary": b"\xff\xfe",
        "broken": b'{"Statement": ',
        "cases": b'[{"id": "x", "policy": {}}]',
        "zipped.gz": b"no gzip",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    places = {name.partition(".")[0]: str(tmp_path / name) for name in (*contents, "none", "folder")}
    done = warden(*(word.format(**places) for word in words))
    assert done.exit_code == Code.NOT_LOOKED
    assert says in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_what_is_no_policy_is_invalid_though_no_service_is_named(warden: Run, file: Callable[..., str]) -> None:
    """With the place; there is nothing else to say of it."""
    done = warden("policy", "check", file('{"Statement": [{"Effect": "Allow",}]}'))
    assert done.exit_code == Code.OPEN
    assert done.stdout.startswith("INVALID")
    assert "line 1 column 3" in done.stdout  # where exactly, versions of Python say otherwise
    assert "endpoint for" not in done.stderr


def test_an_organisation_that_nobody_called_theirs_may_be(warden: Run, file: Callable[..., str]) -> None:
    """So the answer is unknown, and says what would settle it."""
    path = file(policy(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))
    unnamed = warden("policy", "check", path)
    assert "whether the organisation o-a1b2c3d4e5 is yours is not known" in unnamed.stdout
    assert "CLOSED" in warden("policy", "check", path, "--organisation", "o-a1b2c3d4e5").stdout


def test_cases_can_be_demanded_to_be_closed(warden: Run, file: Callable[..., str]) -> None:
    """A pipeline wants a red light; a list of findings wants none. A case's own service may be left out, or be new."""
    cases = [{"id": "a", "policy": json.loads(CLOSED), "context": {"org_id": "o-a1b2c3d4e5", "org_account_ids": None}}]
    assert warden("policy", "check", "--cases", file(cases), "--strict").exit_code == Code.OK
    opened = [*cases, {"id": "b", "policy": policy(Action="*")}]
    assert warden("policy", "check", "--cases", file(opened)).exit_code == Code.OK
    assert warden("policy", "check", "--cases", file(opened), "--strict").exit_code == Code.OPEN
    newer = [{"id": "c", "policy": policy(Action="*"), "context": {"service_prefix": "futuresvc"}}]
    (found,) = json.loads(warden("policy", "check", "--cases", file(newer), "--json").stdout)
    assert found["external_principals"] == "unknown"


def test_replay_of_nothing_is_no_success(warden: Run, file: Callable[..., str], context: str) -> None:
    """Calls through no endpoint, or through another one, say nothing of this one's policy."""
    elsewhere = [{**record(), "vpcEndpointId": None}, record(vpcEndpointId="vpce-0b")]
    del elsewhere[0]["vpcEndpointId"]
    words = ("policy", "replay", file(policy()), file({"Records": elsewhere}, "records.json"))
    done = warden(*words, "--context", context)
    assert done.exit_code == Code.OPEN
    assert "nothing was tested" in done.stderr
    assert warden(*words, "--service", "sqs").exit_code == Code.OK
    tightened = warden("policy", "tighten", file(policy()), "--context", context, "--seen", words[3])
    assert tightened.exit_code == Code.NOT_LOOKED
    assert "no record is of a call to this service through this endpoint" in tightened.stderr


def test_what_is_proposed_is_linted(warden: Run, file: Callable[..., str], context: str) -> None:
    """A proof says nothing of slips of the pen that were kept."""
    text = policy(Action="sqs:SendMesage", Condition={"StringEquals": OURS})
    assert "matches no action of sqs" in warden("policy", "tighten", file(text), "--context", context).stderr


@pytest.mark.parametrize(("text", "hint"), [('"{}"', "--output text"), ('{"VpcEndpoints": []}', "PolicyDocument")])
def test_a_policy_in_its_wrapping_is_told_as_such(warden: Run, file: Callable[..., str], text: str, hint: str) -> None:
    """As the AWS CLI gives it by default."""
    assert hint in warden("policy", "check", file(text)).stderr
