"""Markdown as github.com renders it, by its own renderer, and read back as a list of nodes."""

from dataclasses import dataclass
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped] # has no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped] # has no types

_AS_IN_A_COMMENT = (
    Options.CMARK_OPT_UNSAFE  # HTML passes, as far as `tagfilter` lets it
    | Options.CMARK_OPT_FOOTNOTES
    | Options.CMARK_OPT_HARDBREAKS  # each newline is shown: so are comments, issues and releases
)
_VOID = {"br", "hr", "img", "input"}


def html(markdown: str) -> str:
    """The HTML that GitHub's renderer makes of a comment: tables, autolinks, tasks, footnotes."""
    return str(github_flavored_markdown_to_html(markdown, _AS_IN_A_COMMENT))


@dataclass(frozen=True, slots=True)
class Node:
    """A tag, a text or anything else that stands in HTML."""

    name: str
    """`p` and `/p`; `#text`, `#comment` and `#declaration`, as the DOM calls them."""
    content: str = ""
    """Of what is no tag."""
    attributes: tuple[tuple[str, str], ...] = ()
    within: tuple[str, ...] = ()
    """The elements that are open, outermost first."""

    def get(self, attribute: str) -> str:
        """The value of an attribute; empty without it."""
        return dict(self.attributes).get(attribute, "")


def nodes(markdown: str) -> tuple[Node, ...]:
    """What a Markdown text comes to. Raises AssertionError unless its tags are well nested."""
    reader = _Reader()
    reader.feed(html(markdown))
    reader.close()
    assert not reader.open, "something stays open"
    return tuple(reader.nodes)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[str] = []

    def _add(
        self, name: str, content: str = "", attributes: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.nodes.append(Node(name, content, attributes, tuple(self.open)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attributes=tuple((name, value or "") for name, value in attrs))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self.open, f"{tag} was never open"
        assert self.open.pop() == tag, f"{tag} ends something else"
        self._add(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self._add("#text", data)

    def handle_comment(self, data: str) -> None:
        self._add("#comment", data)

    def handle_decl(self, decl: str) -> None:
        self._add("#declaration", decl)

    def unknown_decl(self, data: str) -> None:
        self.handle_decl(data)

    def handle_pi(self, data: str) -> None:
        self.handle_decl(data)
