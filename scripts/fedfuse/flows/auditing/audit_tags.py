"""What release tags prove: their own structure, their chain, and that history computes them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from fedfuse.flows.history.ledger import Ledger
from fedfuse.flows.history.tags import Release, TaggedReleases
from fedfuse.model.finding import Finding

_FIRST = "before anything else, run `fedfuse audit --replay` with the tool that this registry pins"
"""Nobody deletes a genuine tag because of a tool that judges otherwise."""


@dataclass(frozen=True, slots=True)
class TagAudit:
    """The release tags of a clone beside those of its remote."""

    tagged: TaggedReleases
    line: frozenset[str]
    """The commits of main's first-parent line."""
    there: Mapping[str, str] | None
    """Release tag to object id on the remote; None when it was not asked."""
    cut_by: Callable[[int], str]
    """The number of an engine to why this tool's may not be the one that cut the tags; empty: it
    is the very engine that this registry pins."""

    def structure(self) -> Iterator[Finding]:
        """Tags that are no release of main: no sound record, another's name, a target off main."""
        for tag in self.tagged.refs:
            sound = self.tagged.get(tag)
            if sound is None:
                yield self._unsound(tag)
            elif sound.commit not in self.line:
                what = f"the tag points at {sound.commit[:12]}, which is not on main's line"
                yield self._finding(tag, "E803", what)

    def chain(self) -> Iterator[Finding]:
        """Releases that were made on top of another release than the one that is here."""
        names = [*self.tagged.refs, ""]
        for tag, before in pairwise(names):
            sound = self.tagged.get(tag)
            expected = {"release": before, "tag_object": self.tagged.refs[before]} if before else {}
            if sound and (sound.record["previous"] or {}) != expected:
                yield _broken_chain(sound, expected)

    def doubted(self, findings: tuple[Finding, ...]) -> int:
        """How many of the newest tags have to be computed anew: the newest, and all that was found.

        A broken chain throws doubt on both of its ends.
        """
        names = list(self.tagged.refs)
        on_main = (one.tag for one in self.tagged.sound() if one.commit in self.line)
        ends = [names.index(found.path) + (found.code == "E804") for found in findings]
        ends += [names.index(tag) for tag in islice(on_main, 1)]
        return max(ends, default=-1) + 1

    def records(self, ledger: Ledger) -> Iterator[Finding]:
        """Tags that the fold computed anew and found to carry another record than history makes."""
        computed = {one.tag: one.oid for one in ledger.computed}
        believed = frozenset(ledger.believed())
        for tag, oid in self.tagged.refs.items():
            sound = self.tagged.get(tag)
            if tag in believed or not sound or sound.commit not in self.line:
                continue
            doubt = self.cut_by(sound.record["engine"])
            if tag not in computed:
                found = self._finding(tag, "E805", "history makes no such release")
            elif computed[tag] != oid:
                what = "history makes another record for this release"
                found = self._finding(tag, "E805", what, computed[tag], oid)
            else:
                continue
            if doubt:
                found = replace(found, message=f"{found.message}; {doubt}", fix=_FIRST)
            yield found

    def remote(self, ledger: Ledger, *, named: frozenset[str]) -> Iterator[Finding]:
        """Releases that the remote lacks or has as another object; `named` tags aside."""
        here = {**{one.tag: one.oid for one in ledger.computed}, **self.tagged.refs}
        there = self.there if self.there is not None else here
        for tag in sorted({*here, *there} - named):
            if here.get(tag) == there.get(tag):
                continue
            what = "the remote has another object under this tag"
            fix = "find out who moved it on the remote, delete it there, then: fedfuse release"
            if tag not in there:
                what, fix = "the remote lacks this release", "fedfuse release"
            if tag not in here:
                what, fix = "the remote has a release tag that this clone lacks", "git fetch --tags"
            ids = here.get(tag, "absent"), there.get(tag, "absent")
            yield Finding(tag, 0, 0, "E809", what, *ids, fix)

    def _unsound(self, tag: str) -> Finding:
        if self.tagged.kind(tag) != "tag":
            what = "a lightweight tag carries no record"
            return self._finding(tag, "E801", what, "an annotated tag", "a lightweight tag")
        record = self.tagged.record(tag)
        if record is None or record["release"] == tag:
            what = "the tag carries no sound record"
            return self._finding(tag, "E801", what, "a record, byte for byte", "other text")
        what = "the tag object belongs to another name"
        return self._finding(tag, "E802", what, tag, str(record["release"]))

    def _finding(
        self, tag: str, code: str, what: str, expected: str = "", found: str = ""
    ) -> Finding:
        mine = self.tagged.refs[tag]
        there = mine if self.there is None else self.there.get(tag)
        fix = f"git tag -d {tag} && fedfuse release"
        if there not in {None, mine}:
            fix = f"git tag -d {tag} && git fetch origin tag {tag}"
        elif self.there is not None and there == mine:
            fix = f"git push --delete origin {tag} && {fix}"
        return Finding(tag, 0, 0, code, what, expected, found, fix)


def _broken_chain(one: Release, expected: Mapping[str, str]) -> Finding:
    previous = one.record["previous"] or {}
    named, before = previous.get("release"), expected.get("release")
    what = "the release before this one is not the one it was made on top of"
    fix = f"restore {named} from a clone that has it: git fetch <clone> tag {named}"
    if not previous:
        what, fix = "the release names none before it", f"look at {one.tag} and {before}"
    elif not expected or named != before:
        what, fix = "the release it was made on top of is not here", "git fetch --tags"
    return Finding(
        one.tag,
        0,
        0,
        "E804",
        what,
        f"{named} {previous.get('tag_object')}" if previous else "no predecessor",
        f"{before} {expected.get('tag_object')}" if expected else "none",
        fix,
    )
