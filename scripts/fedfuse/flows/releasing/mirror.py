"""Makes a mirror equal to git: one commit and one tag per release, then the channels.

Every write is a compare-and-swap or a create, and every run plans from what it reads. Killed
anywhere, raced by other runners, or left without an answer, the next look at the target decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fedfuse.errors import DivergedError, RemoteError
from fedfuse.flows.releasing.mirror_channels import MirrorChannels, Standing
from fedfuse.flows.releasing.mirror_height import Height, nothing_beyond_ours
from fedfuse.flows.releasing.mirror_target import MirrorTarget, read_small
from fedfuse.model.bundle import Bundle
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.channel import Channels
from fedfuse.model.mirror import (
    CHANNELS,
    HUB_OWN,
    STANDING,
    TAGS,
    FileId,
    departures,
    differing,
    file_id,
    moved_tags,
    superfluous,
)


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """What one run found and did."""

    target: str
    created: tuple[str, ...] = ()
    """Releases the target has now and had not when the run began, oldest first."""
    restored: tuple[str, ...] = ()
    """Paths of main that held what no release and no main can have made, and were overwritten."""
    unknown: tuple[str, ...] = ()
    """Tags of the target that git does not know; left as they are."""
    rewrote_main: bool = False
    """Whether main was brought to the newest release and its channels."""
    overtaken: bool = False
    """A runner with a newer main was here: this run left the rest to it."""


def reconcile(
    target: MirrorTarget,
    bundles: Sequence[Bundle],
    channels: Channels,
    *,
    seen: set[str] | None = None,
    main_height: Height = nothing_beyond_ours,
) -> MirrorReport:
    """Make the target hold every bundle (oldest first), main the newest one and the channels.

    Every tag is compared file by file, but for the proofs in `seen`, to which this run adds: a
    commit never changes, so that a run without work costs two requests whatever the number of
    releases. Channels with a larger serial than ours are a newer runner's where `main_height`
    allows it, else a hand edit. Raises DivergedError when a tag holds other content or is not where
    `tags.json` remembers it, GitError when an edit must be mended by a newer runner, RemoteError
    when the target cannot be read or written, when every write of this run was overtaken, or what
    `main_height` raises.
    """
    if not bundles:
        return MirrorReport(target.name)
    proofs = set() if seen is None else seen
    return _Run(target, bundles, channels, proofs, main_height).to_the_end()


@dataclass(frozen=True, slots=True)
class _There:
    """The target as last read, and as changed by this run's own writes since."""

    head: str
    tags: Mapping[str, str]
    main: Mapping[str, FileId]


class _Run:
    """One run: look, decide, write once, and again; after a doubtful write it looks anew."""

    def __init__(
        self,
        target: MirrorTarget,
        bundles: Sequence[Bundle],
        channels: Channels,
        seen: set[str],
        main_height: Height,
    ) -> None:
        self._target = target
        self._bundles = bundles
        self._ours = channels
        self._channels = MirrorChannels(target, channels, main_height)
        self._seen = seen
        self._made: dict[str, str] = {}
        self._may_write = False
        self._problem = ""
        self._tags_before: frozenset[str] | None = None
        self._report = MirrorReport(target.name)

    def to_the_end(self) -> MirrorReport:
        """Run until the target is equal. At worst, a rival takes every other turn."""
        there: _There | None = None
        for _ in range(12 + 6 * len(self._bundles)):
            there = there or self._look()
            if there is None:
                continue
            if self._is_equal(there):
                return self._concluded(there)
            if self._standing(there) is Standing.NEWER:
                return replace(self._concluded(there), overtaken=True)
            there = self._write(there)
        raise RemoteError(
            f"{self._target.name}: gave up after too many writes that did not count: "
            f"{self._problem}",
            fix="when the other runs are through: fedfuse mirror",
        )

    def _look(self) -> _There | None:
        refs = self._target.refs()
        if refs is None:
            self._target.create()
            self._may_write = True
            return None
        there = _There(refs.head, refs.tags, self._target.tree(refs.head))
        if self._tags_before is None:
            self._tags_before = frozenset(refs.tags)
        self._compare_tags(there)
        return there

    def _compare_tags(self, there: _There) -> None:
        """Compare every tag with git, file by file, but for what this clone has seen before.

        What `tags.json` says saves no look, as whoever moves a tag can write it as well. It only
        tells that a tag was moved, whatever it holds now.
        """
        known = [bundle for bundle in self._bundles if bundle.tag in there.tags]
        moved = self._moved(there)
        diverged = [f"{tag} (moved from {moved[tag][:12]})" for tag in moved]
        for bundle in known:
            commit = there.tags[bundle.tag]
            proof = f"{commit} {bundle.digest}"
            if proof not in self._seen and bundle.tag not in moved:
                paths = departures(self._target.tree(commit), bundle.files)
                diverged += [f"{bundle.tag} ({', '.join(paths)})"] if paths else []
                self._seen |= set() if paths else {proof}
        if diverged:
            raise _divergence(self._target.name, diverged)

    def _moved(self, there: _There) -> Mapping[str, str]:
        """The tags that are elsewhere than remembered, with where they were; not ours of now."""
        if TAGS not in there.main or there.main[TAGS].holds(self._memory(there)):
            return {}
        body = read_small(self._target, there.head, there.main, TAGS)
        return {
            tag: was
            for tag, was in moved_tags(body, there.tags).items()
            if self._made.get(tag) != there.tags[tag]
        }

    def _memory(self, there: _There) -> bytes:
        known = (bundle.tag for bundle in self._bundles)
        return dumps_by_key({tag: there.tags[tag] for tag in known if tag in there.tags})

    def _is_equal(self, there: _There) -> bool:
        if any(bundle.tag not in there.tags for bundle in self._bundles):
            return False
        return not departures(there.main, self._wanted_main(there))

    def _wanted_main(self, there: _There) -> Mapping[str, bytes]:
        own = {TAGS: self._memory(there), CHANNELS: self._ours.located(there.tags).render()}
        return {**self._bundles[-1].files, **own}

    def _standing(self, there: _There) -> Standing:
        wanted = self._ours.located(there.tags)
        return self._channels.standing(there.head, there.main.get(CHANNELS), wanted)

    def _write(self, there: _There) -> _There | None:
        if not self._may_write:
            self._target.prove_access()
            self._may_write = True
        self._note_foreign(there)
        missing = next((b for b in self._bundles if b.tag not in there.tags), None)
        if missing is None:
            return self._write_main(there)
        files = {**missing.files, **self._forgetting(there)}
        if departures(there.main, files):
            return self._commit(there, files, f"release {missing.tag}")
        return self._tag(there, missing)

    def _forgetting(self, there: _There) -> Mapping[str, bytes]:
        """`tags.json` without the tags that are gone, before they are made anew.

        Else a run that is killed right after would leave a tag that looks moved.
        """
        return {TAGS: self._memory(there)} if TAGS in there.main else {}

    def _write_main(self, there: _There) -> _There | None:
        wanted = self._wanted_main(there)
        after = self._commit(there, wanted, f"channels of {self._bundles[-1].tag}")
        if after is None:
            return None
        self._report = replace(self._report, rewrote_main=True)
        return replace(after, main=self._target.tree(after.head))

    def _commit(self, there: _There, files: Mapping[str, bytes], message: str) -> _There | None:
        attempt = self._target.commit(
            parent=there.head,
            writes={path: files[path] for path in differing(there.main, files)},
            deletes=superfluous(there.main, files),
            message=message,
        )
        self._problem = attempt.problem
        if attempt.problem:
            return None
        kept = {path: there.main[path] for path in there.main if path in STANDING | HUB_OWN}
        written = {path: file_id(body) for path, body in files.items()}
        return _There(attempt.id, there.tags, {**kept, **written})

    def _tag(self, there: _There, bundle: Bundle) -> _There | None:
        attempt = self._target.tag(bundle.tag, there.head)
        self._problem = attempt.problem
        if attempt.problem:
            return None
        paths = departures(self._target.tree(bundle.tag), bundle.files)
        if paths:
            raise _divergence(self._target.name, [f"{bundle.tag} ({', '.join(paths)})"])
        self._seen.add(f"{attempt.id} {bundle.digest}")
        self._made[bundle.tag] = attempt.id
        return replace(there, tags={**there.tags, bundle.tag: attempt.id})

    def _note_foreign(self, there: _There) -> None:
        found = {*_foreign_paths(there.main, self._bundles)}
        found |= {CHANNELS} if self._standing(there) is Standing.FORGED else set()
        found |= {TAGS} if CHANNELS in there.main and TAGS not in there.main else set()
        self._report = replace(
            self._report, restored=tuple(sorted({*self._report.restored, *found}))
        )

    def _concluded(self, there: _There) -> MirrorReport:
        known = [bundle.tag for bundle in self._bundles]
        before = self._tags_before or frozenset()
        return replace(
            self._report,
            created=tuple(tag for tag in known if tag not in before),
            unknown=tuple(sorted(set(there.tags) - set(known))),
        )


def _foreign_paths(main: Mapping[str, FileId], bundles: Sequence[Bundle]) -> tuple[str, ...]:
    """The paths by which main differs from the release it is closest to; none when it is new."""
    if not set(main) - HUB_OWN:
        return ()
    return min((departures(main, bundle.files) for bundle in bundles), key=len)


def _divergence(target: str, places: Sequence[str]) -> DivergedError:
    return DivergedError(
        f"{target} holds other content under {'; '.join(places)}",
        fix="find out who moved the tag, delete it on the mirror, then: fedfuse mirror",
    )
