"""Pulls one release and proves it: nothing of it is on disc before every byte is accounted for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from fedfuse.adapters.node_folder import LOCK, NodeFolder, Remembered
from fedfuse.errors import RefusedError, UsageError
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
from fedfuse.model.canonical import sha256
from fedfuse.model.channel import MAX_CHANNELS_BYTES, Channels
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import CHANNELS, HUB_OWN, STANDING, FileId, Refs
from fedfuse.model.proof import ProvenRecord, prove_files, prove_record


@dataclass(frozen=True, slots=True)
class Anchor:
    """What proves a release independently of the source it is pulled from."""

    expected: str = ""
    """Tag object id the caller knows; empty when it knows none."""
    registry_oid: Callable[[str], str | None] | None = None
    """Tag to the object id the registry's git has under it, or None."""

    def of(self, tag: str) -> tuple[str, str] | None:
        """The id and who says so; None when nothing anchors the release."""
        if self.expected:
            return self.expected, "--expect"
        if self.registry_oid is not None:
            return self.registry_oid(tag) or "", "the registry"
        return None


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
    findings: tuple[Finding, ...] = ()
    """Why it was refused; nothing was written then."""

    @property
    def trust(self) -> str:
        """One phrase on what the release's identity rests on."""
        if self.anchored:
            return f"anchored: {self.anchored} knows tag object {self.tag_object}"
        return "not anchored: trusts the Hub"


@dataclass(frozen=True, slots=True)
class _Choice:
    """The release that was asked for, and the channels that named it."""

    tag: str
    channels: Channels | None = None


def pull(
    source: BundleSource,
    what: str,
    *,
    to: Path,
    anchor: Anchor = Anchor(),
    link: str = "",
    quiet: bool = False,
) -> PullReport:
    """Fetch the release a tag or channel names into `to/<tag>/`, proven byte for byte.

    A `link` in `to` is switched to it, by rename.

    The tag object is rebuilt from the record and must have the anchor's id; every file must have
    the digest the record or SHA256SUMS gives it; a channel must not be older than the last one
    seen. A release that lies there already must have the same bytes. Shows progress on a terminal.
    Raises UsageError when there is no such release, RefusedError when there is no such source,
    RemoteError when it cannot be read.
    """
    refs = source.refs()
    if refs is None:
        raise RefusedError(f"{source.name} does not exist", fix="check the name and HF_TOKEN")
    landing = NodeFolder(to)
    with landing.locked():
        seen = landing.remembered()
        choice = _choose(source, refs, what, seen)
        if isinstance(choice, Finding):
            return PullReport(source.name, what, findings=(choice,))
        report = _Pull(source, choice, refs, anchor, quiet).into(landing, seen)
        if link and report.folder:
            landing.switch(link, report.tag)
        return report


def _choose(source: BundleSource, refs: Refs, what: str, seen: Remembered) -> _Choice | Finding:
    if what not in channel.NAMES:
        return _Choice(what)
    place = f"{source.name}/{CHANNELS}"
    channels = channel.parse(source.read(refs.head, CHANNELS, limit=MAX_CHANNELS_BYTES))
    pointer = channels.at(what) if channels else None
    if channels is None or pointer is None:
        message = f"{what} points at no release" if channels else "not a channels file"
        fix = "pull a release tag instead, or let the registry run fedfuse mirror"
        return Finding(place, 0, 0, "E549", message, fix=fix)
    if channels.serial < seen.serial:
        return Finding(
            place,
            0,
            0,
            "E547",
            "older than the channels this folder has seen",
            expected=f"serial {seen.serial} or newer",
            found=f"serial {channels.serial}",
            fix="pull from an up-to-date mirror; if fedfuse audit --hub in a clone of the registry "
            f"finds nothing, {LOCK} here saw a forged one: delete it, pull with --registry URL",
        )
    moved = channels.serial == seen.serial and _digest(channels) != seen.channels
    if moved or refs.tags.get(pointer.tag) != pointer.commit:
        message = "other content under the same serial" if moved else f"{pointer.tag} was moved"
        fix = "fedfuse audit --hub in a clone of the registry"
        return Finding(place, 0, 0, "E548", message, fix=fix)
    return _Choice(pointer.tag, channels)


def _digest(channels: Channels) -> str:
    """What channels decide, whatever mirror holds them: commits differ between mirrors."""
    return sha256(channels.decision.render())


@dataclass(frozen=True, slots=True)
class _Pull:
    source: BundleSource
    choice: _Choice
    refs: Refs
    anchor: Anchor
    quiet: bool

    def into(self, landing: NodeFolder, seen: Remembered) -> PullReport:
        tag = self.choice.tag
        commit = self.refs.tags.get(tag)
        if "/" in tag or path_problem(tag) or commit is None:
            raise UsageError(
                f"{self.source.name} has no release {tag!r:.100}",
                fix=f"name one of: {', '.join([*channel.NAMES, *sorted(self.refs.tags)][:20])}",
            )
        refused = PullReport(self.source.name, tag)
        listing = self._listing(commit)
        problems = self._unsafe(listing)
        if problems:
            return replace(refused, findings=problems)
        record = self._record(commit, seen)
        if isinstance(record, Finding):
            return replace(refused, findings=(record,))
        files = self._files(commit, listing)
        problems = prove_files(files, record, place=self._place) or self._landed(landing, files)
        if problems:
            return replace(refused, tag_object=record.tag_object, findings=problems)
        if (now_seen := self._now_seen(seen, record)) != seen:
            landing.remember(now_seen)
        return replace(
            refused,
            tag_object=record.tag_object,
            folder=landing.path_of(tag),
            anchored=record.anchored,
            files=len(files),
            channels=self.choice.channels,
        )

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

    def _record(self, commit: str, seen: Remembered) -> ProvenRecord | Finding:
        tag = self.choice.tag
        if RECORD not in self._listing(commit):
            message = "the bundle has no record"
            return Finding(f"{self._place}/{RECORD}", 0, 0, "E544", message)
        return prove_record(
            self._read(commit, RECORD),
            tag=tag,
            anchor=self.anchor.of(tag),
            seen=seen.tags.get(tag, ""),
            place=self._place,
        )

    def _files(self, commit: str, listing: Mapping[str, FileId]) -> Mapping[str, bytes]:
        paths = tqdm(sorted(listing), unit="file", disable=self.quiet or None, leave=False)
        return {path: self._read(commit, path) for path in paths}

    def _landed(self, landing: NodeFolder, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
        """Land the release, or say that other files have its place."""
        tag = self.choice.tag
        place, there = landing.path_of(tag), landing.contents(tag)
        if there is None:
            landing.land(tag, files)
        elif there != files:
            return (_changed(place, there, files),)
        return ()

    def _read(self, commit: str, path: str) -> bytes:
        return self.source.read(commit, path, limit=MAX_FILE_BYTES)

    def _now_seen(self, seen: Remembered, record: ProvenRecord) -> Remembered:
        tags = {**seen.tags, self.choice.tag: record.tag_object}
        channels = self.choice.channels
        if channels is None:
            return replace(seen, tags=tags)
        return Remembered(channels.serial, _digest(channels), tags)


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
