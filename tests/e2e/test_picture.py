"""The picture in the README shows the comment that the demonstration gets today."""

import struct
import zlib
from collections.abc import Iterator

import pytest

from tests.e2e import picture

COMMENT = """### fail of `hf/textgen-lora@v3`

| gate | this |
| --- | --- |
| latency pricing | 0 days |

fedfuse check --base 4705356feb976c6c131af8417aeebeb14a5c0e7d --at 2026-11-24T08:14:25Z
"""


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of every chunk, whose sums must be right."""
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        named, (check,) = png[at + 4 : at + 8 + size], struct.unpack(">I", png[at + 8 + size :][:4])
        assert zlib.crc32(named) == check
        yield named[:4], named[4:]
        at += 12 + size


@pytest.mark.slow
def test_the_picture_in_the_readme_shows_the_comment_of_today() -> None:
    shown = picture.shown_in(picture.PICTURE.read_bytes())
    assert shown == picture.fingerprint(picture.refused()), (
        f"the report has changed: draw {picture.PICTURE.name} anew with `{picture.REDRAW}`"
    )


def test_a_picture_is_a_whole_png_that_says_what_it_shows_once() -> None:
    png = picture.PICTURE.read_bytes()
    found = list(chunks(png))
    assert [found[0][0], found[1][0], found[-1][0]] == [b"IHDR", b"tEXt", b"IEND"]
    assert [kind for kind, _ in found].count(b"tEXt") == 1
    again = picture.signed(png, "b" * 64)
    assert picture.shown_in(again) == "b" * 64
    assert len(list(chunks(again))) == len(found) + 1


def test_commits_clocks_and_ages_are_no_news_and_everything_else_is() -> None:
    seen = picture.fingerprint(COMMENT)
    for of_this_run, other in (("4705356f", "aaaaaaaa"), ("08:14:25", "23:59:59"), ("0 d", "41 d")):
        assert picture.fingerprint(COMMENT.replace(of_this_run, other)) == seen
    for word, other in (("fail", "pass"), ("@v3", "@v4"), ("gate", "check"), ("--at", "--on")):
        assert picture.fingerprint(COMMENT.replace(word, other)) != seen
