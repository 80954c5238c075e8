import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.gates.fused import (
    OTHER,
    Contracts,
    judged,
    member,
    registry,
)

from fedfuse.model.registry import Route
from fedfuse.model.verdict import Verdict


def chat(route: Route, *, contracts: Contracts | None = None) -> tuple[str, ...]:
    """What is wrong with this route to three textgen units, a runtime, a guard and an embedder."""
    found = judged(
        *(member("textgen", name) for name in "abc"),
        member("runtime", "r"),
        member("policy", "g"),
        member("embed", "e"),
        of=registry({"chat": route, "search": Route("embed", 1)}),
        contracts={"hf/g": OTHER, **(contracts or {})},
    )
    return () if found.verdict is Verdict.PASS else tuple(found.reason.split("; "))


@pytest.mark.parametrize(
    "route",
    [
        Route("textgen", 1, fallback=("runtime",)),
        Route("textgen", 1, fallback=("hf/r",)),
        Route("textgen", 1, fallback=("hf/r", "runtime")),
        Route("textgen", 1, unit="hf/b"),
        Route("textgen", 1, unit="hf/b", fallback=("hf/a", "textgen", "runtime")),
    ],
)
def test_set_gate_passes_a_route_whose_target_and_fallbacks_are_filled(route: Route) -> None:
    assert chat(route) == ()


@pytest.mark.parametrize(
    ("route", "problem"),
    [
        (Route("textgen", 1, unit="hf/x"), "goes to hf/x, which is not a member"),
        (Route("", 1, unit="hf/x"), "goes to hf/x, which is not a member"),
        (Route("textgen", 1, fallback=("hf/x",)), "falls back to hf/x, which is not a member"),
        (Route("textgen", 1, fallback=("nobody",)), "falls back to role nobody, which has no"),
        (Route("textgen", 1, fallback=("textgen",)), "falls back to textgen, which was tried"),
        (Route("textgen", 1, fallback=("hf/a",)), "falls back to hf/a, which was tried before"),
        (Route("textgen", 1, "hf/a", ("hf/a",)), "falls back to hf/a, which was tried before"),
        (Route("textgen", 1, "hf/a", ("textgen", "hf/b")), "falls back to hf/b, which was tried"),
        (Route("textgen", 1, fallback=("hf/r", "hf/r")), "falls back to hf/r, which was tried"),
        (Route("textgen", 1, fallback=("runtime", "hf/r")), "falls back to hf/r, which was tried"),
    ],
)
def test_set_gate_refuses_a_target_or_fallback_that_is_missing_or_tried_before(
    route: Route, problem: str
) -> None:
    (found,) = chat(route)
    assert found.startswith(f"prompt type chat {problem}")


@pytest.mark.parametrize("fallback", ["policy", "hf/g"])
def test_set_gate_refuses_a_fallback_on_a_contract_that_does_not_take_the_routes_requests(
    fallback: str,
) -> None:
    problem = "prompt type chat is on contract textgen v1, and that of hf/g is not provably"
    (found,) = chat(Route("textgen", 1, fallback=(fallback,)))
    assert found.startswith(problem)


@given(
    target=st.sampled_from(["textgen", "hf/a", "hf/b"]),
    fallback=st.lists(
        st.sampled_from(["textgen", "runtime", "hf/a", "hf/b", "hf/c", "hf/r"]), max_size=4
    ),
)
def test_set_gate_passes_exactly_the_routes_that_name_nothing_already_tried(
    target: str, fallback: list[str]
) -> None:
    unit = target if "/" in target else ""
    role_of = {"hf/a": "textgen", "hf/b": "textgen", "hf/c": "textgen", "hf/r": "runtime"}
    names = [target, *fallback]
    again = any({name, role_of.get(name, name)} & {*names[:at]} for at, name in enumerate(names))
    assert bool(chat(Route("textgen", 1, unit, tuple(fallback)))) == again


def test_set_gate_asks_a_member_for_the_routes_contract_when_either_changed() -> None:
    older = {"hf/textgen-unit": OTHER}
    assert judged(contracts=older).verdict is Verdict.PASS  # as the newest release has it
    found = judged(contracts=older, changed=frozenset({"hf/textgen-unit"}))
    assert found.reason.split("; ") == [
        f"prompt type {name} is on contract textgen v1, and that of hf/textgen-unit is not "
        "provably compatible"
        for name in ("chat", "code")
    ]


@pytest.mark.parametrize("missing", ["textgen", "hf/r"])
def test_set_gate_refuses_a_fallback_where_either_side_has_no_contract(missing: str) -> None:
    assert chat(Route("textgen", 1, fallback=("runtime",)), contracts={missing: None})
