"""Pulls one release and proves it: nothing of it is on disc before every byte is accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from fedfuse.adapters.node_folder import NodeFolder, Remembered
from fedfuse.errors import RefusedError, RemoteError, UsageError
from fedfuse.flows.node.anchor import NOBODY, Anchor
from fedfuse.flows.node.choice import Choice, choose
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model import channel
from fedfuse.model.bundle import (
    MAX_BUNDLE_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    RECORD,
    collisions,
    path_problem,
    shown,
)
from fedfuse.model.channel import Channels
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import HUB_OWN, STANDING, FileId, Refs
from fedfuse.model.proof import ProvenRecord, prove_listing, prove_pinned, prove_record


@dataclass(frozen=True, slots=True)
class PullReport:
    """What was pulled, or why it was not."""

    source: str
    tag: str
    tag_object: str = ""
    """Object id of the release's annotated tag, rebuilt from the record."""
    folder: Path | None = None
    """Where the release lies; None when it was refused."""
    anchored: str = ""
    """Who vouched for the tag object; empty: not anchored, trusts the source."""
    files: int = 0
    channels: Channels | None = None
    """The channels that named the release; None when its tag was asked for."""
    main: str = ""
    """Commit of the registry's main that the channels were proven from; empty: not anchored."""
    findings: tuple[Finding, ...] = ()
    """Why it was refused; nothing was written then."""

    @property
    def trust(self) -> str:
        """One phrase on what the release's identity rests on, and the choice of it."""
        known = f"anchored: {self.anchored} knows tag object {self.tag_object}"
        said = known if self.anchored else "not anchored: trusts the Hub"
        if self.channels is None:
            return said
        return f"{said}; channels: {f'main {self.main[:12]}' if self.main else 'not anchored'}"


def pull(
    source: BundleSource,
    what: str,
    *,
    to: Path,
    anchor: Anchor = NOBODY,
    link: str = "",
    quiet: bool = False,
) -> PullReport:
    """Fetch the release a tag or channel names into `to/<tag>/`, proven byte for byte.

    A `link` in `to` is switched to it, by rename.

    The tag object is rebuilt from the record and must have the anchor's id. The record pins or
    determines every file that lands; what else a bundle may hold is for people and is left where
    it is. With a registry a channel is what its git says; else it must not be older than the last
    one seen. A release that lies there already must have the same bytes. Shows progress on a
    terminal. Raises UsageError when there is no such release, RefusedError when there is no such
    source, RemoteError when it, or the registry, cannot be read or the mirror lags behind git.
    """
    refs = source.refs()
    if refs is None:
        raise RefusedError(f"{source.name} does not exist", fix="check the name and HF_TOKEN")
    landing = NodeFolder(to)
    with landing.locked():
        seen = landing.remembered()
        choice = choose(source, refs, what, seen, anchor)
        if isinstance(choice, Finding):
            return PullReport(source.name, what, findings=(choice,))
        report = _Pull(source, choice, refs, anchor, quiet).into(landing, seen)
        if link and report.folder:
            landing.switch(link, report.tag)
        return report


@dataclass(frozen=True, slots=True)
class _Pull:
    source: BundleSource
    choice: Choice
    refs: Refs
    anchor: Anchor
    quiet: bool

    def into(self, landing: NodeFolder, seen: Remembered) -> PullReport:
        refused = PullReport(self.source.name, self.choice.tag)
        commit = self._commit()
        listing = self._listing(commit)
        if problems := self._unsafe(listing):
            return replace(refused, findings=problems)
        record = self._record(commit, seen, listing)
        if isinstance(record, Finding):
            return replace(refused, findings=(record,))
        refused = replace(refused, tag_object=record.tag_object)
        if problems := tuple(prove_listing(listing, record, place=self._place)):
            return replace(refused, findings=problems)
        pinned = self._pinned(commit, listing, record)
        problems = prove_pinned(pinned, record, place=self._place)
        files = record.release(pinned)
        if problems := problems or self._landed(landing, files):
            return replace(refused, findings=problems)
        if (now_seen := self.choice.remembered(seen, record.tag_object)) != seen:
            landing.remember(now_seen)
        return replace(
            refused,
            folder=landing.path_of(self.choice.tag),
            anchored=record.anchored,
            files=len(files),
            channels=self.choice.channels,
            main=self.choice.main,
        )

    def _commit(self) -> str:
        tag = self.choice.tag
        commit = self.refs.tags.get(tag)
        if commit is None and self.choice.main:
            raise RemoteError(
                f"{self.source.name} does not have {tag}, which git names",
                fix="try again later, or let the registry run fedfuse mirror",
            )
        if "/" in tag or path_problem(tag) or commit is None:
            raise UsageError(
                f"{self.source.name} has no release {tag!r:.100}",
                fix=f"name one of: {', '.join([*channel.NAMES, *sorted(self.refs.tags)][:20])}",
            )
        return commit

    @property
    def _place(self) -> str:
        return f"{self.source.name}@{self.choice.tag}"

    def _listing(self, commit: str) -> Mapping[str, FileId]:
        tree = self.source.tree(commit)
        return {path: tree[path] for path in tree if path not in STANDING | HUB_OWN}

    def _unsafe(self, listing: Mapping[str, FileId]) -> tuple[Finding, ...]:
        said = {path: path_problem(path) for path in listing}
        said |= dict.fromkeys(collisions(listing), "collides with another path")
        for path, file in listing.items():
            if file.size > MAX_FILE_BYTES:
                said[path] = f"larger than {MAX_FILE_BYTES} bytes"
        if len(listing) > MAX_FILES or sum(f.size for f in listing.values()) > MAX_BUNDLE_BYTES:
            said = {"": f"more than {MAX_FILES} files or {MAX_BUNDLE_BYTES} bytes"}
        fix = "do not use this bundle; tell the registry's maintainers"
        return tuple(
            Finding(f"{self._place}/{shown(path)}", 0, 0, "E541", problem, fix=fix)
            for path, problem in sorted(said.items())
            if problem
        )

    def _record(
        self, commit: str, seen: Remembered, listing: Mapping[str, FileId]
    ) -> ProvenRecord | Finding:
        tag = self.choice.tag
        if RECORD not in listing:
            message = "the bundle has no record"
            return Finding(f"{self._place}/{RECORD}", 0, 0, "E544", message)
        return prove_record(
            self.source.read(commit, RECORD, limit=MAX_FILE_BYTES),
            tag=tag,
            anchor=self.anchor.of(tag),
            seen=seen.tags.get(tag, ""),
            place=self._place,
        )

    def _pinned(
        self, commit: str, listing: Mapping[str, FileId], record: ProvenRecord
    ) -> Mapping[str, bytes]:
        """The pinned files; none may be longer than the listing says, which is bounded."""
        paths = tqdm(sorted(record.pinned), unit="file", disable=self.quiet or None, leave=False)
        return {p: self.source.read(commit, p, limit=listing[p].size) for p in paths}

    def _landed(self, landing: NodeFolder, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
        """Land the release, or say that other files have its place."""
        tag = self.choice.tag
        place, there = landing.path_of(tag), landing.contents(tag)
        if there is None:
            landing.land(tag, files)
        elif there != files:
            return (_changed(place, there, files),)
        return ()


def _changed(place: Path, there: Mapping[str, bytes], files: Mapping[str, bytes]) -> Finding:
    paths = sorted(
        path for path in there.keys() | files.keys() if there.get(path) != files.get(path)
    )
    return Finding(
        str(place),
        0,
        0,
        "E545",
        f"changed after it was pulled: {', '.join(map(shown, paths))[:200]}",
        fix=f"mv {place} {place}.changed, then pull again",
    )
