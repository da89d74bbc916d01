"""The house in order: what a reader of the code may rely on, held true."""

import ast
import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from warden.actions import AcceptConnections, Action, AddSubnets, RejectConnections, RemoveSubnets, ReplacePolicy
from warden.rules import EVERY_RULE, RULES
from warden.rules.rule import AnyRule, Rule

ROOT = Path(__file__).parents[1]
WARDEN = ROOT / "functions" / "warden"
EDGES = {
    "failures.py",
    "needs.py",
    "tables.py",
    "aws.py",
    "surroundings.py",
    "provider.py",
    "balancers.py",
    "consumer_zones.py",
    "hosted_zones.py",
    "ledger.py",
    "mailbox.py",
    "metrics.py",
    "notify.py",
    "switch.py",
    "trails.py",
    "webhook.py",
}
SHELL = {
    "ports.py",
    "batch.py",
    "reporting.py",
    "subject_watch.py",
    "vpc_watch.py",
    "service_watch.py",
    "watches.py",
    "concerned.py",
    "neighbourhood.py",
    "observe.py",
    "act.py",
    "settling.py",
    "sight.py",
    "target.py",
    "reconcile.py",
    "sweep.py",
    "reviewing.py",
}
PURE = [path for path in sorted(WARDEN.rglob("*.py")) if path.name not in EDGES | SHELL]
OUTSIDE = {
    "boto3", "botocore", "aws_lambda_powertools", "slack_sdk", "os", "socket", "requests", "subprocess",
    "time", "random", "secrets", "uuid", "pathlib", "logging", "threading", "asyncio",
}  # fmt: skip
HEAVY = {"pydantic", "jsonschema", "yaml", "jinja2", "slack_sdk", "aws_xray_sdk", "requests"}
BANNED_IN_TESTS = {"time.sleep", "sleep", "mock.patch", "patch", "pytest.skip", "pytest.mark.skip", "pytest.xfail"}
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def imports(path: Path) -> Iterator[str]:
    """The names of the modules that a file imports when it runs, without those only for the type checker."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def relative(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@pytest.mark.parametrize("path", relative(PURE))
def test_pure_modules_stay_pure(path: Path) -> None:
    """No AWS, clock, environment, file or network in what decides: it can be proved by tables alone."""
    roots = {name.split(".")[0] for name in imports(path) if not name.startswith(".")}
    assert not roots & OUTSIDE
    assert not re.search(r"datetime\.now|urllib\.request|(?<!def )\bopen\(|input\(", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", relative([path for path in PURE if path.name != "__init__.py"]))
def test_pure_modules_import_neither_edges_nor_shell(path: Path) -> None:
    """Facts flow inwards only; the edges may use the pure parts, never the other way round."""
    names = {name.lstrip(".").split(".")[0] + ".py" for name in imports(path) if name.startswith(".")}
    assert not names & (EDGES | SHELL)


@pytest.mark.parametrize(
    ("folder", "spelled"),
    [
        pytest.param("functions/warden", r"\b{}\.py\b", id="warden"),
        pytest.param("functions/warden/policy", r"\b{}\.py\b", id="policy"),
        pytest.param("functions/warden/review", r"^ +{} ", id="review"),
        pytest.param("local", "`{}`", id="local"),
        pytest.param("local/ec2", "^{} ", id="local EC2"),
    ],
)
def test_every_module_is_on_the_map(folder: str, spelled: str) -> None:
    """The docstring of its package says what it is for; what is no more stands there no more."""
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__", "__main__"}
    text = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8")), clean=False)
    assert {name for name in modules if not re.search(spelled.format(name), text or "", re.MULTILINE)} == set()
    named = set(re.findall(r"(?<![/\w])(\w+)\.py\b", text or "")) - {"__init__"}
    assert {name for name in named if not list((ROOT / "functions").rglob(f"{name}.py"))} == set()


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in EVERY_RULE])
def test_a_rule_is_whole(rule: AnyRule) -> None:
    """Its file and test bear its name, and its docstring is its page."""
    name = rule.id.replace("-", "_")
    assert (WARDEN / "rules" / f"{name}.py").is_file()
    assert (ROOT / "tests" / "rules" / f"test_{name}.py").is_file()
    for part in ("Why: ", "Fix: ", "Risk: ", "Source: https://"):
        assert part in rule.page


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_a_rule_of_endpoints_speaks_of_every_kind(rule: Rule) -> None:
    """It says why of every kind that it leaves out."""
    kinds = {kind.value for kind in rule.applies_to} | {kind.value for kind in rule.not_for}
    assert kinds == {"Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork"}


def test_rules_have_ids_of_their_own() -> None:
    """No id twice, and every file of a rule is listed."""
    ids = [rule.id for rule in EVERY_RULE]
    assert len(ids) == len(set(ids))
    files = {path.stem for path in (WARDEN / "rules").glob("*.py")} - {"__init__", "rule"}
    assert files == {rule.id.replace("-", "_") for rule in EVERY_RULE}


def test_the_pages_of_the_rules_are_current() -> None:
    """`make docs` would change nothing."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == generate.page()
    assert (ROOT / "docs" / "calls.md").read_text(encoding="utf-8") == generate.calls_page()


@pytest.mark.parametrize(
    ("action", "call"),
    [
        (AddSubnets, "ModifyVpcEndpoint"),
        (RemoveSubnets, "ModifyVpcEndpoint"),
        (ReplacePolicy, "ModifyVpcEndpoint"),
        (AcceptConnections, "AcceptVpcEndpointConnections"),
        (RejectConnections, "RejectVpcEndpointConnections"),
    ],
)
def test_every_action_names_its_permission(action: type[Action], call: str) -> None:
    """So that the template can grant exactly these."""
    assert (f"ec2:{call}",) == action.NEEDS


def test_the_event_path_imports_nothing_heavy() -> None:
    """Each import is paid for by every cold start."""
    todo, seen = [ROOT / "functions" / "on_change.py", ROOT / "functions" / "runtime.py"], set()
    while todo:
        found = todo.pop()
        seen.add(found)
        for name in imports(found):
            assert name.split(".")[0] not in HEAVY, f"{found.name} imports {name}"
            bare = name.removeprefix("warden.").lstrip(".")
            todo.extend(
                inner
                for inner in (WARDEN / f"{bare.replace('.', '/')}.py", WARDEN / "rules" / f"{bare}.py")
                if inner.is_file() and inner not in seen
            )
    assert WARDEN / "reconcile.py" in seen


def test_no_two_test_modules_have_one_name() -> None:
    """The tests' folders are no packages, so pytest takes the second for the first; whether it does hangs on chance."""
    names = [path.name for path in TESTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("path", relative(TESTS))
def test_every_test_says_what_it_proves(path: Path) -> None:
    """Each test function has a docstring, and no test is skipped, sleeps, or patches the product."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in BANNED_IN_TESTS, f"{path.name}:{node.lineno}"


def test_no_broad_except() -> None:
    """An error that nobody thought of must be seen."""
    for folder in ("functions", "cli", "local", "bench", "proof"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ExceptHandler):
                    caught = "" if node.type is None else ast.unparse(node.type)
                    assert caught not in {"", "Exception", "BaseException"}, f"{path}:{node.lineno}"


def test_nothing_of_this_machine_is_in_the_repo() -> None:
    """No absolute path of a home or a workplace, in what is shipped or read."""
    home = re.compile(r"/(?:root|home/\w+|work)/")
    files = [path for kind in ("*.py", "*.md", "*.toml", "*.yaml", "Makefile") for path in ROOT.glob(f"**/{kind}")]
    kept = [path for path in files if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]
    assert kept
    for path in kept:
        found = home.search(path.read_text(encoding="utf-8"))
        assert found is None or path == Path(__file__), f"{path}: {found}"


def test_versions_agree() -> None:
    """The project's version is the newest in CHANGELOG.md."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", relative(sorted((ROOT / "events").glob("*.json"))))
def test_samples_are_json(path: Path) -> None:
    """Each can be sent by hand."""
    assert isinstance(json.loads(path.read_text(encoding="utf-8")), dict)
