"""Two honest clones agree whatever is set in one: the same bytes, or one line and exit 3."""

from collections.abc import Mapping

import pytest

from tests.support.cli_runner import Done, fedfuse
from tests.support.spoiled_clones import (
    COMMANDS,
    Clone,
    agrees,
    write_aside,
)

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "signatures are shown": {"log.showSignature": "true", "gpg.program": "{aside}/gpg"},
    "another output encoding": {"i18n.logOutputEncoding": "UTF-16"},
    "another commit encoding": {"i18n.commitEncoding": "EBCDIC-US"},
    "log follows": {"log.follow": "true", "log.decorate": "full", "log.date": "relative"},
    "log without root": {"log.showRoot": "false", "log.mailmap": "true"},
    "log of merges": {"log.diffMerges": "combined", "log.excludeDecoration": "refs/*"},
    "renames": {"diff.renames": "copies", "diff.renameLimit": "0", "merge.renames": "true"},
    "prefixes": {"diff.noprefix": "true", "diff.mnemonicPrefix": "true"},
    "relative": {"diff.relative": "true"},
    "an external diff": {"diff.external": "touch {aside}/ran", "diff.algorithm": "patience"},
    "an order file": {"diff.orderFile": "{aside}/order"},
    "submodules ignored": {"diff.ignoreSubmodules": "all", "diff.submodule": "log"},
    "colors": {"color.ui": "always", "color.diff": "always", "color.branch": "always"},
    "quoted paths": {"core.quotePath": "true"},
    "short ids": {"core.abbrev": "4"},
    "a pager": {"core.pager": "touch {aside}/ran; cat", "pager.log": "true", "pager.diff": "true"},
    "attributes": {"core.attributesFile": "{aside}/attributes"},
    "ignored files": {"core.excludesFile": "{aside}/attributes"},
    "case is ignored": {"core.ignoreCase": "true", "core.precomposeUnicode": "true"},
    "line ends": {"core.autocrlf": "true", "core.eol": "crlf", "core.safecrlf": "false"},
    "no file modes": {"core.fileMode": "false", "core.symlinks": "false"},
    "a sparse checkout": {"core.sparseCheckout": "true", "core.sparseCheckoutCone": "true"},
    "experimental features": {"feature.experimental": "true", "feature.manyFiles": "true"},
    "a commit graph": {"core.commitGraph": "true", "commitGraph.readChangedPaths": "true"},
    "generations": {"commitGraph.generationVersion": "1", "fetch.writeCommitGraph": "true"},
    "no multi-pack index": {"core.multiPackIndex": "false", "pack.readReverseIndex": "false"},
    "replace refs": {"core.useReplaceRefs": "true"},
    "hooks": {"core.hooksPath": "{aside}/hooks"},
    "a monitor": {"core.fsmonitor": "touch {aside}/ran", "core.untrackedCache": "true"},
    "a work tree elsewhere": {"core.worktree": "{aside}"},
    "a bare repository": {"core.bare": "true"},
    "large files": {"core.bigFileThreshold": "1", "core.packedGitWindowSize": "1"},
    "small caches": {"core.deltaBaseCacheLimit": "1", "core.packedGitLimit": "1"},
    "hidden refs": {"transfer.hideRefs": "refs/tags", "uploadpack.hideRefs": "refs/tags"},
    "any object": {"uploadpack.allowAnySHA1InWant": "true", "uploadpack.allowFilter": "true"},
    "prunes": {"fetch.prune": "true", "fetch.pruneTags": "true", "remote.origin.prune": "true"},
    "signed pushes": {"push.gpgSign": "true", "push.followTags": "true", "push.default": "nothing"},
    "a mirror": {"remote.origin.mirror": "true"},
    "a remote that lacks objects": {"remote.origin.promisor": "true"},
    "a remote elsewhere": {"url./nowhere/.insteadOf": ".."},
    "ambiguous names": {"core.warnAmbiguousRefs": "false"},
    "aliases": {"alias.rev-list": "!touch {aside}/ran", "alias.cat-file": "log"},
    "advice": {"advice.graftFileDeprecated": "false", "advice.detachedHead": "true"},
    "an included file": {"include.path": "{aside}/included"},
    "an unknown extension": {"extensions.nobodyKnows": "1", "core.repositoryFormatVersion": "1"},
    "another format": {"core.repositoryFormatVersion": "99"},
    "another hash": {"extensions.objectFormat": "sha256", "core.repositoryFormatVersion": "1"},
    "settings of a work tree": {"extensions.worktreeConfig": "true"},
    "a missing value": {"core.compression": "much"},
    "tracing": {"trace2.eventTarget": "{aside}/trace", "trace2.normalTarget": "1"},
    "an ssh of its own": {"core.sshCommand": "touch {aside}/ran", "core.gitProxy": "x"},
    "reflogs and sizes": {"core.logAllRefUpdates": "always", "gc.auto": "1"},
}
"""Local settings of a clone; `{aside}` is a folder beside it."""


_UNREADABLE = {
    "an unknown extension",
    "another format",
    "another hash",
    "a missing value",
    "a remote elsewhere",
}
"""Settings with which git itself reads nothing any more."""


def test_all_settings_together_change_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done]
) -> None:
    write_aside(clone)
    for name in SETTINGS.keys() - _UNREADABLE:
        spoil(clone, name)
    for words, honest in expected.items():
        assert fedfuse(clone.box.root, *words) == honest
    assert not (clone.aside / "ran").exists()


@pytest.mark.slow  # fifty clones, five commands in each
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_changes_no_answer(
    clone: Clone, expected: dict[tuple[str, ...], Done], name: str
) -> None:
    write_aside(clone)
    spoil(clone, name)
    agrees(clone.box.root, expected)
    assert not (clone.aside / "ran").exists()


def spoil(clone: Clone, name: str) -> None:
    for key, value in SETTINGS[name].items():
        clone.box.git("config", "--file", ".git/config", key, value.format(aside=clone.aside))


def test_the_honest_clone_has_something_to_say(expected: dict[tuple[str, ...], Done]) -> None:
    assert [done.code for done in expected.values()] == [0, 0, 0, 0, 1], expected
    assert "docs/\\xe4\\xf6.md: E807" in expected[COMMANDS[4]].out
    assert "would be cut" in expected[COMMANDS[2]].out


VARIABLES: Mapping[str, Mapping[str, str]] = {
    "another repository": {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/", "GIT_COMMON_DIR": "/x"},
    "other objects": {"GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_INDEX_FILE": "/nowhere"},
    "grafts": {"GIT_GRAFT_FILE": "{aside}/grafts", "GIT_SHALLOW_FILE": "{aside}/shallow"},
    "settings": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "log.showSignature",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.abbrev'='4'",
    },
    "a namespace": {"GIT_NAMESPACE": "x", "GIT_REPLACE_REF_BASE": "refs/heads"},
    "tracing": {"GIT_TRACE": "2", "GIT_TRACE2": "1", "GIT_TRACE_PACKET": "1"},
    "pathspecs": {"GIT_ICASE_PATHSPECS": "1", "GIT_GLOB_PATHSPECS": "1"},
    "programs": {"GIT_EXTERNAL_DIFF": "/bin/false", "GIT_PAGER": "/bin/false", "PAGER": "x"},
    "another hash": {"GIT_DEFAULT_HASH": "sha256", "GIT_TEST_COMMIT_GRAPH": "1"},
    "a language": {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "a time zone": {"TZ": "Pacific/Kiritimati"},
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_of_the_environment_changes_no_answer(
    clone: Clone,
    expected: dict[tuple[str, ...], Done],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tip, old = (clone.box.git("rev-parse", ref) for ref in ("main", "main~4"))
    (clone.aside / "grafts").write_text(f"{tip} {old}\n")
    (clone.aside / "shallow").write_text(f"{old}\n")
    for key, value in VARIABLES[name].items():
        monkeypatch.setenv(key, value.format(aside=clone.aside))
    agrees(clone.box.root, expected)


def test_there_are_enough_of_them() -> None:
    assert len(SETTINGS) + len(VARIABLES) >= 60
