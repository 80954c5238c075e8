"""Makes mutants of a source file: one small wrong decision each.

Sentences for people are left alone: they decide nothing, and the list of the engine's files holds
them as they are. So are annotations and decorators, which Python ignores when it judges.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
}
_TEXTS = frozenset({"reason", "message", "fix", "expected", "found", "rule", "why", "next_step"})
"""Keyword arguments that only people read."""
_GUIDE_TEXTS = frozenset({"verdicts"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong version of a file."""

    path: str
    """Below the engine's package."""
    what: str
    """Where it is wrong, and how: unique in its file."""
    source: str

    @property
    def key(self) -> str:
        """Path and description: what `equivalent.py` knows it by."""
        return f"{self.path} {self.what}"


@dataclass(frozen=True, slots=True)
class _Site:
    """A node that can be made wrong in one way."""

    node: ast.AST
    parent: ast.AST
    owner: str
    """The function or class that it stands in."""
    kind: str


def mutants(source: str, path: str) -> tuple[Mutant, ...]:
    """Every mutant of a file, in the order of the file. All of them are valid Python."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    for site in _sites(tree, tree, path):
        memo: dict[int, Any] = {}
        twin = copy.deepcopy(tree, memo)
        node, parent = memo[id(site.node)], memo[id(site.parent)]
        shown = parent if isinstance(parent, _SMALL) else node
        before = _snippet(shown)
        new = _spoiled(node, site.kind)
        _replace(parent, node, new)
        after = _snippet(new if shown is node else shown)
        text = f"{site.owner}: {site.kind}: {before} -> {after}"
        seen[text] = seen.get(text, 0) + 1
        number = f" #{seen[text]}" if seen[text] > 1 else ""
        spoilt = f"{ast.unparse(ast.fix_missing_locations(twin))}\n"
        found.append(Mutant(path, f"{text}{number}", spoilt))
    different = {one.source: one for one in reversed(found)}
    different.pop(f"{ast.unparse(tree)}\n", None)
    return tuple(reversed(different.values()))


_SMALL = (ast.expr, ast.Assign, ast.AnnAssign, ast.Return, ast.Expr, ast.comprehension, ast.keyword)
"""Parents that are short enough to be shown around what is wrong in them."""


def _snippet(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:90]}..."


def _sites(node: ast.AST, parent: ast.AST, owner: str) -> Iterator[_Site]:
    named = isinstance(node, ast.FunctionDef | ast.ClassDef)
    owner = node.name if named else owner  # type: ignore[attr-defined]  # both have one
    yield from (_Site(node, parent, owner, kind) for kind, at in _APPLIES.items() if at(node))
    for child in _children(node):
        yield from _sites(child, node, owner)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What may be made wrong below a node: no annotations, no decorators, no sentences."""
    skipped = {"annotation", "returns", "decorator_list"}
    for name, value in ast.iter_fields(node):
        if name in skipped or isinstance(node, ast.JoinedStr | ast.Raise):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.keyword) and child.arg in _TEXTS | _GUIDE_TEXTS:
                continue
            if isinstance(child, ast.AST):
                yield child


def _compared(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and [type(op) in _COMPARISONS for op in node.ops] == [True]


def _counted(node: ast.AST) -> bool:
    """Whether a sum, product or union is one of numbers or sets, not of texts."""
    if not (isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC):
        return False
    return not any(_is_text(side) for side in (node.left, node.right))


def _is_text(side: ast.expr) -> bool:
    constant = isinstance(side, ast.Constant) and isinstance(side.value, str)
    return constant or isinstance(side, ast.JoinedStr)


def _has_members(node: ast.AST) -> bool:
    if isinstance(node, ast.Dict):
        return len(node.values) > 1
    listed = isinstance(node, ast.Set) or (
        isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load)
    )
    return listed and len(getattr(node, "elts", ())) > 1


def _answers(node: ast.AST) -> bool:
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    return not (isinstance(node.value, ast.Constant) and node.value.value is None)


def _has_two_arguments(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return False
    return not any(isinstance(argument, ast.Starred) for argument in node.args[:2])


def _can_go(node: ast.AST) -> bool:
    """Whether a statement may be left out: a guard, a step of a loop, a yielded value."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    guard = isinstance(node, ast.If) and not node.orelse and not _is_type_checking(node)
    return guard or isinstance(node, ast.AugAssign | ast.Continue)


def _is_type_checking(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


_APPLIES: Mapping[str, Callable[[ast.AST], bool]] = {
    "comparison": _compared,
    "and/or": lambda node: isinstance(node, ast.BoolOp),
    "not": lambda node: isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not),
    "arithmetic": _counted,
    "constant": lambda node: (
        isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float)
    ),
    "member": _has_members,
    "return": _answers,
    "arguments": _has_two_arguments,
    "branches": lambda node: isinstance(node, ast.IfExp),
    "filter": lambda node: isinstance(node, ast.comprehension) and bool(node.ifs),
    "statement": _can_go,
}
"""What kind of decision can be made wrong at which nodes."""


def _spoiled(node: Any, kind: str) -> Any:
    """The node, or what takes its place, with one wrong decision of the kind in it."""
    match kind:
        case "comparison":
            node.ops = [_COMPARISONS[type(node.ops[0])]()]
        case "and/or":
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case "arithmetic":
            node.op = _ARITHMETIC[type(node.op)]()
        case "constant":
            node.value = _other(node.value)
        case "return":
            node.value = _nothing(node.value)
        case "branches":
            node.body, node.orelse = node.orelse, node.body
        case _:
            return _shortened(node, kind)
    return node


def _shortened(node: Any, kind: str) -> Any:
    match kind:
        case "member" if isinstance(node, ast.Dict):
            node.keys.pop()
            node.values.pop()
        case "member":
            node.elts.pop()
        case "filter":
            node.ifs.pop()
        case "arguments":
            node.args[:2] = reversed(node.args[:2])
        case "not":
            return node.operand
        case _:
            return ast.Pass()
    return node


def _other(value: float) -> float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 1.5 or 0.5


def _nothing(value: ast.expr) -> ast.expr:
    """Another answer: the opposite of a constant truth, else None."""
    truth = isinstance(value, ast.Constant) and isinstance(value.value, bool)
    return ast.Constant(not value.value if truth else None)  # type: ignore[attr-defined]  # a constant


def _replace(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list):
            value[:] = [new if one is old else one for one in value]
