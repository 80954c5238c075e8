"""Decides which release a name means: a tag, or a channel as git has it, or as the mirror says."""

from dataclasses import dataclass, replace

from fedfuse.adapters.node_folder import LOCK, Remembered
from fedfuse.flows.node.anchor import Anchor, ProvenMain
from fedfuse.flows.releasing.mirror_target import BundleSource
from fedfuse.model import channel
from fedfuse.model.canonical import sha256
from fedfuse.model.channel import MAX_CHANNELS_BYTES, Channels
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import CHANNELS, Refs


@dataclass(frozen=True, slots=True)
class Choice:
    """The release that was asked for, and the channels that named it."""

    tag: str
    channels: Channels | None = None
    main: str = ""
    """Commit of main that the channels were proven from; empty: the mirror's own word."""

    def remembered(self, seen: Remembered, tag_object: str) -> Remembered:
        """What a folder has seen once this release lies in it.

        What git proved replaces whatever serial was remembered: a forged one freezes nobody.
        """
        tags = {**seen.tags, self.tag: tag_object}
        if self.channels is None:
            return replace(seen, tags=tags)
        main = self.main or seen.main
        return Remembered(self.channels.serial, _digest(self.channels), tags, main)


def choose(
    source: BundleSource, refs: Refs, what: str, seen: Remembered, anchor: Anchor
) -> Choice | Finding:
    """The release that a tag or a channel names, or why the channel may not be followed.

    With a registry, git alone decides and channels.json is not read. Raises what asking it raises.
    """
    if what not in channel.NAMES:
        return Choice(what)
    if anchor.main is not None:
        return _proven(anchor.main(), what, seen)
    return _believed(source, refs, what, seen)


def _proven(main: ProvenMain, what: str, seen: Remembered) -> Choice | Finding:
    place = f"main@{main.commit[:12]}"
    if seen.main and seen.main not in main.line:
        return Finding(
            place,
            0,
            0,
            "E550",
            "the registry's main does not contain the commit that this folder followed last",
            expected=f"a main that contains {seen.main}",
            found=main.commit,
            fix="name the registry itself and not an old clone; if its main was moved, find out "
            f"who did it. To follow it all the same, delete {LOCK} here",
        )
    pointer = main.channels.at(what)
    return Choice(pointer.tag, main.channels, main.commit) if pointer else _nothing(place, what)


def _believed(source: BundleSource, refs: Refs, what: str, seen: Remembered) -> Choice | Finding:
    place = f"{source.name}/{CHANNELS}"
    channels = channel.parse(source.read(refs.head, CHANNELS, limit=MAX_CHANNELS_BYTES))
    pointer = channels.at(what) if channels else None
    if channels is None or pointer is None:
        return _nothing(place, what) if channels else _unreadable(place)
    if channels.serial < seen.serial:
        return Finding(
            place,
            0,
            0,
            "E547",
            "older than the channels this folder has seen",
            expected=f"serial {seen.serial} or newer",
            found=f"serial {channels.serial}",
            fix="pull with --registry URL: git decides then, whatever this folder has seen",
        )
    moved = channels.serial == seen.serial and _digest(channels) != seen.channels
    if moved or refs.tags.get(pointer.tag) != pointer.commit:
        message = "other content under the same serial" if moved else f"{pointer.tag} was moved"
        fix = "pull with --registry URL, which asks git; fedfuse audit --hub in a clone of it"
        return Finding(place, 0, 0, "E548", message, fix=fix)
    return Choice(pointer.tag, channels)


def _digest(channels: Channels) -> str:
    """What serves by these channels, whatever mirror holds them: commits differ between mirrors.

    Without the candidate: a release whose tag was pushed late changes it under the same serial.
    """
    return sha256(replace(channels.decision, candidate=None).render())


def _nothing(place: str, what: str) -> Finding:
    message, fix = f"{what} points at no release", "pull a release tag or another channel"
    return Finding(place, 0, 0, "E549", message, fix=fix)


def _unreadable(place: str) -> Finding:
    fix = "pull a release tag instead, or let the registry run fedfuse mirror"
    return Finding(place, 0, 0, "E549", "not a channels file", fix=fix)
