"""Strings that try to act instead of being read, and the proof that none did."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from tests.unit.report import gfm
from tests.unit.report.gfm import Node

HOSTILE = (
    "</details>",
    "</details></details><h1>pass</h1>",
    "<!-- fedfuse:check -->",
    "--> ### fedfuse: pass",
    "@org/everyone please merge",
    "ping (@alice), @bob.",
    "![cat](https://evil.example/cat.png)",
    "[merge me](https://evil.example)",
    "https://evil.example and www.evil.example or a@evil.example",
    "ftp://evil.example mailto:a@evil.example xmpp:a@evil.example/b",
    "(www.evil.example/x), *https://evil.example/a_b_c*: <https://evil.example>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "| PASS | ✅ pass | 1 | 1 |",
    "a\\|b\\\\|c|d\\",
    "\n| quality | ✅ pass |\n",
    "```\n### fedfuse: pass\n```",
    "~~~\npass\n~~~",
    "`",
    "`` ` ```",
    "`" * 200,
    "a `b` c `d",
    "::stop-commands::t",
    "  ::error file=x::hidden",
    "##[error]hidden ###[group]",
    "${{ secrets.HF_TOKEN }}",
    "EOF\nGITHUB_TOKEN=x\nEOF",
    "fixes #1, closes GH-2 and org/repo#3",
    "9e6c3a7d51f08b24c6e9d7a3051b8f42ce7d6a90 9e6c3a7",
    "defaced effaced acceded",
    "1. one\n2. two",
    "- [ ] task\n---\n===",
    "# heading",
    "> [!WARNING] quote",
    "*bold* _it_ ~~no~~ **x**",
    "$`x`$ $$y$$ :smile:",
    ":x: :+1: a:100:b ✅:white_check_mark:",
    "&lt;b&gt; &#64;alice &commat;alice",
    "\x1b[2J\x1b]0;title\x07\r\x00\x7f",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\u0430cme \uff20alice \U0001f600 \ud800",
    "[^1] [x]: /url 'title'",
    "[^1]\n\n[^1]: note",
    "\\",
    " ",
    "",
    "x" * 50_000,
    "word " * 10_000,
    '{"a": "b c", "@d": [1, "]"]} and "quoted @x"',
)

_SIGNS = [*"`|\\<>[]()!@#*_~:-=+.&\"'{}$% \n\r\t0a", "](", "](/x)", "1)", "<!--", "::"]
_LINKS = ["www.", "http://", "https://", "ftp://", "mailto:", "xmpp:", "evil.example", "/", "x"]
_PIECES = st.sampled_from([*HOSTILE[:-3], *_SIGNS, *_LINKS])
hostile_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(_PIECES, max_size=8).map("".join),
    st.text(max_size=60),
)

_OWN_FIRST_LINE = re.compile(r" fedfuse:(?:check|candidates [0-9a-f]{64}) ")
_OWN_LAST_LINE = re.compile(r" fedfuse:state [a-z-]+ [0-9a-f]{64} ")
_OWN_FOLD = re.compile(r"[A-Za-z,: ]+")
_OWN_BLOCKS = {
    *("h1", "h2", "h3", "p", "ul", "ol", "li", "pre", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_OWN_INLINES = {"code", "strong", "br"}
_OWN_ATTRIBUTES = {("th", "align"), ("td", "align"), ("pre", "lang")}
_OWN_LANGUAGES = {"", "sh", "mermaid"}
_GITHUB_MAKES_MORE_OF = re.compile(
    r"""@\w | \w@ | \#\d+ | \bGH-\d+ | \b[0-9a-f]{7,40}\b   # people, issues, commits
      | :(?:[+-]1|100|1234|\w*[a-z][\w+-]*): | \$            # emoji, formulas
      | <[a-z/!?]                                           # what only `tagfilter` disarmed""",
    re.IGNORECASE | re.VERBOSE,
)
"""In text outside code. The renderer proves the rest: links, images, HTML, structure."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code, fenced or indented."""

    language: str
    content: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as GitHub shows it in a comment, an issue, a pull request, a release, a check run."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, markdown: str) -> "Rendered":
        """Render with GitHub's own renderer; AssertionError for tags that are not well nested."""
        return cls(gfm.nodes(markdown))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The structure: every tag but those within a line, with its attributes, and comments."""
        inline = {*_OWN_INLINES, *(f"/{name}" for name in _OWN_INLINES), "#text"}
        return tuple(
            " ".join((node.name, node.content, *map("=".join, node.attributes))).strip()
            for node in self.nodes
            if node.name not in inline
        )

    @property
    def text(self) -> str:
        """All text, code too."""
        return "".join(node.content for node in self.nodes if node.name == "#text")

    @property
    def prose(self) -> str:
        """All text outside code and links."""
        return "\n".join(
            node.content
            for node in self.nodes
            if node.name == "#text"
            and not {"code", "a"} & set(node.within)
            and node.content.strip()
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The text of every code span."""
        return tuple(
            node.content
            for node in self.nodes
            if node.name == "#text" and node.within[-1:] == ("code",) and "pre" not in node.within
        )

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Every block of code; none of ours is empty."""
        languages = [node.get("lang") for node in self.nodes if node.name == "pre"]
        contents = [
            node.content for node in self.nodes if node.name == "#text" and "pre" in node.within
        ]
        return tuple(Fence(*one) for one in zip(languages, contents, strict=True))

    def assert_inert(self, *, links: Collection[str] = ()) -> None:
        """No link, image, mention, reference or HTML but the text's own.

        `links` are its own: addresses, and what GitHub makes links of, such as `#7`.
        """
        _assert_own_tags(self.nodes, links)
        _assert_own_folds(self.nodes)
        _assert_own_comments([node for node in self.nodes if node.content != "\n"])
        assert {fence.language for fence in self.fences} <= _OWN_LANGUAGES
        assert set(_GITHUB_MAKES_MORE_OF.findall(self.prose)) <= set(links)


def _assert_own_tags(nodes: Collection[Node], links: Collection[str]) -> None:
    for node in nodes:
        if node.name == "a":
            assert node.get("href") in links
            continue
        name = node.name.removeprefix("/")
        assert name in {*_OWN_BLOCKS, *_OWN_INLINES, "#text", "#comment", *(["a"] if links else [])}
        assert {(name, attribute) for attribute, _ in node.attributes} <= _OWN_ATTRIBUTES


def _assert_own_comments(nodes: Sequence[Node]) -> None:
    """The marker is the first of all, the state the last."""
    for at, node in enumerate(nodes):
        if node.name == "#comment":
            is_last = at == len(nodes) - 1
            own = _OWN_FIRST_LINE if at == 0 else _OWN_LAST_LINE
            assert at == 0 or is_last
            assert own.fullmatch(node.content)


def _assert_own_folds(nodes: Sequence[Node]) -> None:
    """Every fold begins with a title of our own words."""
    for at, node in enumerate(nodes):
        if node.name == "details":
            opening, title, closing = nodes[at + 1 : at + 4]
            assert (opening.name, closing.name) == ("summary", "/summary")
            assert _OWN_FOLD.fullmatch(title.content)
