"""Mutants are wrong in one place each, and the rules that are broken by name are still there."""

import ast

import pytest

from tests.mutation.coverage import covering
from tests.mutation.mutants import mutants
from tests.mutation.rules import RULES, Rule
from tests.mutation.run import ROOM, TOP

SOURCE = '''"""Text."""
LIMIT: int = 3
KNOWN = {"a", "b"}

def judge(values: list[int | None], least: float = 0.5) -> bool:
    """Text."""
    if not values and least > LIMIT:
        return False
    total = sum(v for v in values if v)
    total += 1
    fail(least, total, reason=f"{total + 1}")
    return True if total <= least * 2 else None
'''


def kinds() -> list[str]:
    return [one.what.split(": ")[1] for one in mutants(SOURCE, "x.py")]


def test_every_kind_of_decision_is_made_wrong() -> None:
    made = set(kinds())
    assert made == {
        "and/or",
        "arguments",
        "arithmetic",
        "branches",
        "comparison",
        "constant",
        "filter",
        "member",
        "not",
        "return",
        "statement",
    }


def test_mutants_are_valid_different_and_none_is_the_file_itself() -> None:
    made = [ast.dump(ast.parse(one.source)) for one in mutants(SOURCE, "x.py")]
    assert len({*made, ast.dump(ast.parse(SOURCE))}) == len(made) + 1
    assert len({one.key for one in mutants(SOURCE, "x.py")}) == len(made)


def test_sentences_and_annotations_are_left_alone() -> None:
    for one in mutants(SOURCE, "x.py"):
        assert "values: list[int | None]" in one.source
        assert "{total + 1}" in one.source or one.what.startswith("judge: statement")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_where_the_mutation_run_breaks_it(rule: Rule) -> None:
    ast.parse(rule.broken(TOP / ROOM).source)


def test_every_test_of_a_mutant_is_there() -> None:
    for path in (TOP / ROOM).rglob("*.py"):
        for test in covering(path.relative_to(TOP / ROOM).as_posix()):
            assert (TOP / test.partition("::")[0]).exists(), test
