"""Small faults that a module's source can be given, one at a time.

Left out, since no test could or should tell: docstrings, annotations, decorators, imports, what is for the type checker
alone, type aliases (at a module's top, what is assigned without an annotation), and sentences, which are texts with a
space in them. A statement at a module's top is never removed: its name would be missing, and nothing be proved.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Final, NamedTuple, cast

Step = tuple[str, int | None]
"""A field of a node, and the place in it where it is a list."""

_COMPARED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_CALLED: Final = {"any": "all", "all": "any", "any_true": "all_true", "all_true": "any_true"}
_REMOVED: Final = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Continue, ast.Break, ast.Raise)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NAMED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SKIPPED: Final = frozenset({"annotation", "returns", "decorator_list", "type_params", "bases", "ctx"})
_TRUTHS: Final = ("bool", "Truth")


class Fault(NamedTuple):
    """One fault: where it is, and what stands there instead."""

    module: str
    where: str
    """The function or class that it is in, "" for the module's top."""
    line: int
    source: str
    """The text of the line."""
    change: str
    path: tuple[Step, ...]
    node: ast.AST

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by, which lines that come before it do not change."""
        return self.module, self.where, self.source, self.change


class _At(NamedTuple):
    """A node of the tree, and where it stands."""

    node: ast.AST
    path: tuple[Step, ...]
    where: tuple[str, ...]
    function: ast.AST | None
    """The innermost function that it is in."""


def faults(module: str, source: str) -> list[Fault]:
    """All faults of a module, from the first line to the last, no two of one key."""
    lines = source.splitlines()
    seen: Counter[tuple[str, str, str, str]] = Counter()
    made = []
    for at in _nodes(_At(ast.parse(source), (), (), None)):
        for path, old, new in _changes(at):
            line = getattr(at.node, "lineno", 0) or getattr(old, "lineno", 0)
            text = lines[line - 1].strip()
            change = " ".join(f"{ast.unparse(old)} -> {ast.unparse(new)}".split())
            fault = Fault(module, ".".join(at.where), line, text, change, (*at.path, *path), new)
            seen[fault.key] += 1
            again = seen[fault.key]
            made.append(fault if again == 1 else fault._replace(change=f"{change} ({again})"))
    return sorted(made, key=lambda fault: fault.line)


def with_fault(source: str, fault: Fault) -> ast.Module:
    """The module with the fault in it."""
    tree = ast.parse(source)
    node: ast.AST = tree
    for field, place in fault.path[:-1]:
        node = getattr(node, field) if place is None else getattr(node, field)[place]
    field, place = fault.path[-1]
    new = deepcopy(fault.node)
    old = getattr(node, field) if place is None else getattr(node, field)[place]
    ast.copy_location(new, old)
    if place is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[place] = new
    return ast.fix_missing_locations(tree)


def _nodes(at: _At) -> Iterator[_At]:
    """The node and all that is in it, but for what is left out."""
    if _is_left_out(at):
        return
    yield at
    node = at.node
    where = (*at.where, node.name) if isinstance(node, _NAMED) else at.where
    function = node if isinstance(node, _FUNCTIONS) else at.function
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED:
            continue
        for place, inner in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(inner, ast.AST):
                yield from _nodes(_At(inner, (*at.path, (field, place)), where, function))


def _is_left_out(at: _At) -> bool:
    node = at.node
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant(str())):
            return True
        case ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.Assign():
            return not at.where
        case _:
            return False


Change = tuple[tuple[Step, ...], ast.AST, ast.AST]
"""Where it is, from the node on, what stands there, and what is to."""


def _changes(at: _At) -> Iterator[Change]:
    """What can be changed in a node, apart from what is in it."""
    node = at.node
    yield from (((), node, new) for new in _others(node))
    yield from _tests(node)
    if isinstance(node, ast.Return) and node.value is not None:
        yield from _returns(node, at.function)
    removed = isinstance(node, _REMOVED) or (isinstance(node, ast.Return) and node.value is None)
    if removed and at.function and not (isinstance(node, ast.AnnAssign) and node.value is None):
        yield (), node, ast.Pass()
    if isinstance(node, ast.arguments):
        yield from _defaults(node)


def _others(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:  # noqa: C901, PLR0912  a table
    """Nodes that could stand here instead."""
    match node:
        case ast.Constant(value=value):
            yield from map(ast.Constant, _values(value))
        case ast.Compare(left, ops, comparators):
            for place, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:place], _COMPARED[type(op)](), *ops[place + 1 :]], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from (_joined(op, [*values[:place], *values[place + 1 :]]) for place in range(len(values)))
        case ast.UnaryOp(op, operand) if not isinstance(op, ast.UAdd):
            yield operand
        case ast.BinOp(left, op, right):
            yield ast.BinOp(left, _COUNTED[type(op)](), right)
        case ast.AugAssign(target, op, value):
            yield ast.AugAssign(target, _COUNTED[type(op)](), value)
        case ast.Call(func, args, keywords):
            if isinstance(func, ast.Name) and func.id in _CALLED:
                yield ast.Call(ast.Name(_CALLED[func.id], ast.Load()), args, keywords)
            for place, one in enumerate(keywords):
                if one.arg:
                    yield ast.Call(func, args, [*keywords[:place], *keywords[place + 1 :]])
        case ast.Match(subject, cases):
            for place in range(len(cases)):
                yield ast.Match(subject, [*cases[:place], *cases[place + 1 :]])


def _values(value: object) -> Iterator[bool | int | str]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield 1 - value if value in {0, 1} else value + 1
    elif isinstance(value, str) and " " not in value:
        yield f"{value}x"


def _joined(op: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(op, values) if len(values) > 1 else values[0]


def _tests(node: ast.AST) -> Iterator[Change]:
    """Conditions that always hold, and that never do."""
    found: list[tuple[Step, ast.expr]] = []
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        found = [(("test", None), node.test)]
    elif isinstance(node, ast.comprehension):
        found = [(("ifs", place), test) for place, test in enumerate(node.ifs)]
    elif isinstance(node, ast.match_case) and node.guard:
        found = [(("guard", None), node.guard)]
    for step, test in found:
        if not isinstance(test, ast.Constant):
            yield from (((step,), test, ast.Constant(value)) for value in (True, False))


def _returns(node: ast.Return, function: ast.AST | None) -> Iterator[Change]:
    """Nothing is returned, or the contrary."""
    value = cast("ast.expr", node.value)
    step: tuple[Step, ...] = (("value", None),)
    if not (isinstance(value, ast.Constant) and value.value is None):
        yield step, value, ast.Constant(None)
    told = ast.unparse(function.returns) if isinstance(function, ast.FunctionDef) and function.returns else ""
    if told in _TRUTHS and not isinstance(value, ast.Constant):
        yield step, value, ast.UnaryOp(ast.Not(), value)


def _defaults(node: ast.arguments) -> Iterator[Change]:
    """Defaults that are names; those that are constants are changed as such."""
    for field, values in (("defaults", node.defaults), ("kw_defaults", node.kw_defaults)):
        for place, value in enumerate(values):
            if isinstance(value, ast.Name):
                yield ((field, place),), value, ast.Constant(0)
