"""Proves that a mirror is equal to git, without writing: the reading half of `fedfuse mirror`."""

from collections.abc import Iterator, Mapping, Sequence

from fedfuse.flows.releasing.mirror_target import BundleSource, read_small
from fedfuse.model.bundle import Bundle, shown
from fedfuse.model.canonical import dumps_by_key
from fedfuse.model.channel import Channels, parse
from fedfuse.model.finding import Finding
from fedfuse.model.mirror import CHANNELS, TAGS, FileId, Refs, departures, differing, moved_tags

_MIRROR = "fedfuse mirror"


def audit(
    source: BundleSource, bundles: Sequence[Bundle], channels: Channels
) -> tuple[Finding, ...]:
    """Every way in which the mirror differs from git; empty when it is equal.

    Reads every tag, whatever `tags.json` remembers. Raises RemoteError when it cannot be read.
    """
    refs = source.refs()
    if refs is None:
        return tuple(_lacking(source, bundle) for bundle in bundles)
    found = [*_unknown_tags(source, bundles, refs)]
    for bundle in bundles:
        if bundle.tag not in refs.tags:
            found.append(_lacking(source, bundle))
        else:
            found += _diverged(source, bundle, refs.tags[bundle.tag])
    main = source.tree(refs.head)
    found += [*_moved(source, bundles, main, refs), *_main(source, bundles, main, refs)]
    if bundles:
        found += _channels(source, channels.located(refs.tags), main, refs)
    return tuple(found)


def _lacking(source: BundleSource, bundle: Bundle) -> Finding:
    message = "the mirror does not have this release"
    return Finding(f"{source.name}@{bundle.tag}", 0, 0, "E521", message, fix=_MIRROR)


def _unknown_tags(
    source: BundleSource, bundles: Sequence[Bundle], refs: Refs
) -> tuple[Finding, ...]:
    unknown = sorted(set(refs.tags) - {bundle.tag for bundle in bundles})
    message = "the mirror has a tag that is no release of this clone"
    fix = "git fetch --tags; if the tag is still unknown, delete it on the mirror"
    return tuple(Finding(f"{source.name}@{tag}", 0, 0, "E523", message, fix=fix) for tag in unknown)


def _diverged(source: BundleSource, bundle: Bundle, commit: str) -> tuple[Finding, ...]:
    paths = departures(source.tree(commit), bundle.files)
    if not paths:
        return ()
    return (
        Finding(
            f"{source.name}@{bundle.tag}",
            0,
            0,
            "E522",
            "the mirror holds other content under this release",
            expected=f"the files of tag object {bundle.tag_object}",
            found=f"other bytes, more or nothing at {', '.join(map(shown, paths))[:200]}",
            fix=f"find out who moved the tag, delete it on the mirror, then: {_MIRROR}",
        ),
    )


def _moved(
    source: BundleSource, bundles: Sequence[Bundle], main: Mapping[str, FileId], refs: Refs
) -> Iterator[Finding]:
    known = {bundle.tag: refs.tags[bundle.tag] for bundle in bundles if bundle.tag in refs.tags}
    moved = moved_tags(read_small(source, refs.head, main, TAGS), known)
    for tag, was in sorted(moved.items()):
        message = "the mirror's tag is not where it was"
        fix = f"find out who moved the tag, delete it on the mirror, then: {_MIRROR}"
        yield Finding(f"{source.name}@{tag}", 0, 0, "E551", message, was, known[tag], fix)


def _main(
    source: BundleSource, bundles: Sequence[Bundle], main: Mapping[str, FileId], refs: Refs
) -> tuple[Finding, ...]:
    if not bundles:
        return ()
    known = {bundle.tag: refs.tags[bundle.tag] for bundle in bundles if bundle.tag in refs.tags}
    paths = [*departures(main, bundles[-1].files), *differing(main, {TAGS: dumps_by_key(known)})]
    message = "main of the mirror differs from the newest release here"
    return tuple(
        Finding(f"{source.name}/{path}", 0, 0, "E524", message, fix=_MIRROR) for path in paths
    )


def _channels(
    source: BundleSource, wanted: Channels, main: Mapping[str, FileId], refs: Refs
) -> tuple[Finding, ...]:
    body = read_small(source, refs.head, main, CHANNELS)
    published = parse(body)
    if published == wanted:
        return ()
    return (
        Finding(
            f"{source.name}/{CHANNELS}",
            0,
            0,
            "E525",
            "the channels of the mirror are not those of this clone",
            expected=_one_line(wanted),
            found=_one_line(published) if published else "missing or unreadable",
            fix=f"bring the clone up to date with git pull, then: {_MIRROR}",
        ),
    )


def _one_line(channels: Channels) -> str:
    return channels.render().decode().replace("\n", "")
