"""Makes a mirror equal to git: one commit and one tag per release, then the channels.

Every write is a compare-and-swap or a create, and every run plans from what it reads. Killed
anywhere, raced by other runners, or left without an answer, the next look at the target decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fedfuse.errors import DivergedError, GitError, RemoteError
from fedfuse.flows.releasing.mirror_height import Height, nothing_beyond_ours
from fedfuse.flows.releasing.mirror_target import MirrorTarget
from fedfuse.model.bundle import Bundle
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.channel import MAX_CHANNELS_BYTES, Channels, parse
from fedfuse.model.mirror import (
    CHANNELS,
    HUB_OWN,
    STANDING,
    TAGS,
    FileId,
    departures,
    differing,
    file_id,
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
    reread: bool = False,
    main_height: Height = nothing_beyond_ours,
) -> MirrorReport:
    """Make the target hold every bundle (oldest first), main the newest one and the channels.

    A tag is compared when it is first seen; `tags.json` on main remembers its commit, so that a
    run without work costs two requests whatever the number of releases. `reread` compares every
    tag again. Channels with a larger serial than ours are a newer runner's where `main_height`
    allows it, else a hand edit. Raises DivergedError when a tag holds other content, GitError when
    such an edit must be mended by a newer runner, RemoteError when the target cannot be read or
    written, when every write of this run was overtaken, or what `main_height` raises.
    """
    if not bundles:
        return MirrorReport(target.name)
    return _Run(target, bundles, channels, reread, main_height).to_the_end()


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
        reread: bool,  # noqa: FBT001 - handed through from the keyword of `reconcile`
        main_height: Height,
    ) -> None:
        self._target = target
        self._bundles = bundles
        self._channels = channels
        self._compared: dict[str, str] = {}
        self._trusts_ledger = not reread
        self._main_height = main_height
        self._newer: dict[str, bool] = {}
        self._published: dict[str, Channels | None] = {}
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
            if self._is_overtaken(there):
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
        trusted = {**(self._ledger(there) if self._trusts_ledger else {}), **self._compared}
        diverged = []
        for bundle in self._bundles:
            commit = there.tags.get(bundle.tag)
            if commit is None:
                continue
            if trusted.get(bundle.tag) != commit:
                paths = differing(self._target.tree(commit), bundle.proven)
                diverged += [f"{bundle.tag} ({', '.join(paths)})"] if paths else []
            self._compared[bundle.tag] = commit
        if diverged:
            raise _divergence(self._target.name, diverged)

    def _known_tags(self, there: _There) -> Mapping[str, str]:
        return {b.tag: there.tags[b.tag] for b in self._bundles if b.tag in there.tags}

    def _ledger(self, there: _There) -> Mapping[str, str]:
        known = self._known_tags(there)
        intact = TAGS in there.main and there.main[TAGS].holds(dumps_by_key(known))
        return known if intact else {}

    def _is_equal(self, there: _There) -> bool:
        if any(bundle.tag not in there.tags for bundle in self._bundles):
            return False
        return not departures(there.main, self._wanted_main(there))

    def _wanted_main(self, there: _There) -> Mapping[str, bytes]:
        ledger = dumps_by_key(self._known_tags(there))
        return {**self._bundles[-1].files, TAGS: ledger, CHANNELS: self._wanted_channels(there)}

    def _wanted_channels(self, there: _There) -> bytes:
        """Ours, unless those there are ours of an earlier serial or come from a newer main."""
        ours = self._channels.located(there.tags)
        if CHANNELS not in there.main:
            return ours.render()
        # The serial there is unknown but bounded: trying each saves every idle run a request.
        for body in ours.earlier_forms():
            if there.main[CHANNELS].holds(body):
                return body
        published = self._published_channels(there)
        return published.render() if published and self._is_newer(there) else ours.render()

    def _published_channels(self, there: _There) -> Channels | None:
        there_now = there.main.get(CHANNELS)
        if there_now is None or there_now.size > MAX_CHANNELS_BYTES:
            return None
        if there_now.blob not in self._published:
            body = self._target.read(there.head, CHANNELS, limit=MAX_CHANNELS_BYTES)
            self._published[there_now.blob] = parse(body)
        return self._published[there_now.blob]

    def _is_newer(self, there: _There) -> bool:
        """Whether a newer main than ours can have made the channels there.

        Asked anew for every head: main may since have reached what was a forged serial before.
        """
        published = self._published_channels(there)
        if published is None or published.serial <= self._channels.serial:
            return False
        if there.head not in self._newer:
            self._newer[there.head] = self._is_possible(published.serial)
        return self._newer[there.head]

    def _is_possible(self, serial: int) -> bool:
        """Raises GitError where it is not, but a newer runner's honest channels may have been."""
        height = self._main_height(serial)
        if serial > height > self._channels.serial:
            raise GitError(
                f"{self._target.name}: {CHANNELS} was edited by hand (serial {serial}, main has "
                f"{height} commits), and this main is too old to mend it",
                fix="git pull, then: fedfuse mirror",
            )
        return serial <= height

    def _is_overtaken(self, there: _There) -> bool:
        published = self._published_channels(there)
        return (
            published is not None
            and published.decision != self._channels.decision
            and self._is_newer(there)
        )

    def _is_forged(self, there: _There) -> bool:
        """Whether no main, ours or a newer one, can have made the channels there."""
        if CHANNELS not in there.main:
            return False
        published = self._published_channels(there)
        honest = published and published.serial <= self._channels.serial
        return not (honest or self._is_newer(there))

    def _write(self, there: _There) -> _There | None:
        if not self._may_write:
            self._target.prove_access()
            self._may_write = True
        self._note_foreign(there)
        missing = next((b for b in self._bundles if b.tag not in there.tags), None)
        if missing is None:
            return self._write_main(there)
        if departures(there.main, missing.files):
            return self._commit(there, missing.files, f"release {missing.tag}")
        return self._tag(there, missing)

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
        paths = differing(self._target.tree(bundle.tag), bundle.proven)
        if paths:
            raise _divergence(self._target.name, [f"{bundle.tag} ({', '.join(paths)})"])
        self._compared[bundle.tag] = attempt.id
        return replace(there, tags={**there.tags, bundle.tag: attempt.id})

    def _note_foreign(self, there: _There) -> None:
        found = {*_foreign_paths(there.main, self._bundles)}
        found |= {CHANNELS} if self._is_forged(there) else set()
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
