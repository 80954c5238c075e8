"""The text of a pull request that proposes an event: readable whole, and nothing in it acts."""

import pytest
from hypothesis import given
from tests.unit.report.hostile import Rendered, hostile_text

from fedfuse.model.yaml_text import render
from fedfuse.report.event_pull_request import body, shows

KINDS = ("promote", "rollback", "hold", "lift", "yank", "waive")
PARTS = ("p", "/p")
BRANCH = "fedfuse/hold-promotions"


@given(reason=hostile_text)
def test_whatever_an_event_holds_it_is_one_block_of_code_between_our_own_words(reason: str) -> None:
    event = f"kind: hold\nreason: {reason}\n".encode("utf-8", "surrogatepass")
    rendered = Rendered.of(body("hold", event, branch=BRANCH))
    rendered.assert_inert()
    assert rendered.blocks == (*PARTS, "pre", "/pre", *PARTS, *PARTS)
    assert rendered.codes == (f"fedfuse check --base origin/main --head origin/{BRANCH}",)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_merging_does(kind: str) -> None:
    assert Rendered.of(body(kind, b"kind: x\n", branch=BRANCH)).prose.startswith("This ")


@pytest.mark.parametrize("sign", ["a", "\u0430", "\U0001f600"])
def test_the_longest_reason_is_shown_whole(sign: str) -> None:
    event = render({"kind": "hold", "reason": sign * 500}).encode()
    (block,) = Rendered.of(body("hold", event, branch=BRANCH)).fences
    shown = block.content.splitlines()[1].partition(": ")[2].strip('"')
    assert shown == sign.encode("unicode_escape").decode() * 500


def test_the_longest_branch_is_named_whole_in_the_command() -> None:
    branch = f"fedfuse/waive-{'a' * 130}-latency-{'0' * 12}"
    assert Rendered.of(body("waive", b"", branch=branch)).codes[0].endswith(f"origin/{branch}")


@given(event=hostile_text, other=hostile_text)
def test_a_text_shows_the_event_it_was_made_of_however_people_edit_around_it(
    event: str, other: str
) -> None:
    data = f"kind: hold\nreason: {event}\n".encode("utf-8", "surrogatepass")
    text = body("hold", data, branch=BRANCH)
    assert shows(text, data)
    assert shows(f"{other}\r\n\r\n{text.replace(chr(10), chr(13) + chr(10))}\r\n{other}", data)


def test_a_text_does_not_show_another_event() -> None:
    text = body("hold", b"number: 4\n", branch=BRANCH)
    assert not shows(text, b"number: 5\n")
    assert not shows("", b"number: 4\n")
    assert not shows(text.replace("number: 4", "number: 40"), b"number: 4\n")
