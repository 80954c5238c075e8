"""Pulling from a source that lies: every lie is named, and nothing of it reaches the disc."""

import json
from pathlib import Path

import pytest

from fedfuse.errors import RemoteError
from fedfuse.flows.node.anchor import Anchor
from fedfuse.flows.node.pull import pull
from fedfuse.model.bundle import sums_of
from fedfuse.model.canonical import dumps_by_key
from tests.support.bundles import bundle, record
from tests.support.pulls import Hostile, anchored, codes_of, landed

ONE, TWO = bundle("1.0.0"), bundle("1.1.0")


@pytest.mark.parametrize("oid", ["0" * 40, "", None])
def test_another_tag_object_in_the_registry_refuses_the_release(
    tmp_path: Path, oid: str | None
) -> None:
    source = Hostile(dict(ONE.files))
    report = pull(source, ONE.tag, to=tmp_path, anchor=Anchor(registry_oid=lambda _: oid))
    assert codes_of(report) == [("E543", "fused.json")]
    assert landed(tmp_path) == {}


VOUCHED = sorted(set(ONE.proven) - {"fused.json"})
"""What a node takes beside the record."""


@pytest.mark.parametrize("path", VOUCHED)
def test_a_changed_file_is_named_and_nothing_lands(tmp_path: Path, path: str) -> None:
    source = Hostile({**ONE.files, path: b"changed"})
    report = pull(source, ONE.tag, to=tmp_path, anchor=anchored(ONE))
    assert codes_of(report) == [("E545", path)]
    assert landed(tmp_path) == {}


def test_a_changed_record_is_refused_even_when_every_sum_fits_it(tmp_path: Path) -> None:
    forged = bundle("1.0.0", commit="f" * 40)
    report = pull(Hostile(dict(forged.files)), ONE.tag, to=tmp_path, anchor=anchored(ONE))
    assert codes_of(report) == [("E543", "fused.json")]


def test_a_changed_pinned_file_is_refused_even_when_the_sums_are_rewritten(tmp_path: Path) -> None:
    path = "manifests/hf/textgen-lora/v1.yaml"
    files = {**ONE.files, path: b"forged"}
    files["SHA256SUMS"] = sums_of({p: b for p, b in files.items() if p != "SHA256SUMS"})
    report = pull(Hostile(files), ONE.tag, to=tmp_path, anchor=anchored(ONE))
    assert codes_of(report) == [("E545", path)]


@pytest.mark.parametrize("path", sorted(ONE.proven))
def test_a_missing_file_is_named_and_nothing_lands(tmp_path: Path, path: str) -> None:
    files = {p: b for p, b in ONE.files.items() if p != path}
    report = pull(Hostile(files), ONE.tag, to=tmp_path, anchor=anchored(ONE))
    assert codes_of(report) == [("E544", path)]
    assert landed(tmp_path) == {}


def test_a_file_nobody_vouches_for_is_named_and_nothing_lands(tmp_path: Path) -> None:
    report = pull(Hostile({**ONE.files, "extra.py": b"x"}), ONE.tag, to=tmp_path)
    assert codes_of(report) == [("E546", "extra.py")]
    assert landed(tmp_path) == {}


def with_own_sums(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files, with the SHA256SUMS that whoever can write to the Hub writes for them."""
    rest = {path: body for path, body in files.items() if path != "SHA256SUMS"}
    return {**rest, "SHA256SUMS": sums_of(rest)}


@pytest.mark.parametrize(
    ("path", "code"),
    [("routes.json", "E545"), ("voting.json", "E545"), ("MIRROR.json", "E545")]
    + [(path, "E546") for path in ("handler.py", "config.json", "manifests/hf/evil/v9.yaml")],
)
def test_sums_that_fit_a_swapped_or_an_added_file_vouch_for_nothing(
    tmp_path: Path, path: str, code: str
) -> None:
    files = with_own_sums({**ONE.files, path: b'{"chat":{"contract":1,"role":"evil"}}\n'})
    report = pull(Hostile(files), ONE.tag, to=tmp_path, anchor=anchored(ONE))
    assert codes_of(report) == [(code, path)]
    assert landed(tmp_path) == {}


@pytest.mark.parametrize("path", ["README.md", "checklist.md", "SHA256SUMS"])
def test_pages_for_people_are_neither_needed_nor_pulled(tmp_path: Path, path: str) -> None:
    files = {**ONE.files, path: b"forged"}
    assert pull(Hostile(files), ONE.tag, to=tmp_path, anchor=anchored(ONE)).folder
    assert landed(tmp_path / ONE.tag) == dict(ONE.pulled)
    assert b"forged" not in ONE.pulled.values()


def test_a_file_that_is_longer_than_its_listing_says_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = next(iter(ONE.pinned))

    class Endless(Hostile):
        """Sends more than it has said."""

        def read(self, revision: str, path: str, *, limit: int) -> bytes:
            """Refuse as every source must."""
            body = super().read(revision, path, limit=limit)
            if len(body) > limit:
                raise RemoteError("too long")
            return body

    source = Endless({**ONE.files, path: b"x" * 10_000}, sizes={path: 10})
    with pytest.raises(RemoteError, match="too long"):
        pull(source, ONE.tag, to=tmp_path)
    assert landed(tmp_path) == {}


@pytest.mark.parametrize(
    "path",
    [
        "../../escape",
        "/etc/escape",
        "a/../../x",
        ".bashrc",
        "README.MD",
        "manifests",
        "a\nb",
        "x\\y",
    ],
)
def test_a_hostile_path_is_refused_before_anything_is_read(tmp_path: Path, path: str) -> None:
    source = Hostile({**ONE.files, path: b"x"})
    report = pull(source, ONE.tag, to=tmp_path / "to")
    assert {finding.code for finding in report.findings} == {"E541"}
    assert landed(tmp_path) == {}


@pytest.mark.parametrize("size", [4 * 1024 * 1024 + 1, 2**60])
def test_a_file_beyond_the_size_cap_is_refused_before_it_is_read(tmp_path: Path, size: int) -> None:
    source = Hostile(dict(ONE.files), sizes={"README.md": size})
    report = pull(source, ONE.tag, to=tmp_path)
    assert {finding.code for finding in report.findings} == {"E541"}


def test_too_many_files_are_one_finding(tmp_path: Path) -> None:
    source = Hostile({f"f{number}": b"" for number in range(1_001)})
    report = pull(source, ONE.tag, to=tmp_path)
    assert [finding.code for finding in report.findings] == ["E541"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(json.loads(ONE.record), indent=1).encode(),
        ONE.record.replace(b'"engine":1', b'"engine":2,\n"engine":1'),
        dumps_by_key({**json.loads(ONE.record), "created": "yesterday"}),
        dumps_by_key({**json.loads(ONE.record), "commit": "\u0430"}),
        dumps_by_key({**json.loads(ONE.record), "bundle": {"a": 1}}),
        dumps_by_key({**json.loads(ONE.record), "bundle": []}),
        TWO.record,
    ],
)
def test_a_record_that_is_not_canonical_or_of_another_release_is_refused(
    tmp_path: Path, body: bytes
) -> None:
    report = pull(Hostile({**ONE.files, "fused.json": body}), ONE.tag, to=tmp_path)
    assert codes_of(report) == [("E542", "fused.json")]
    assert landed(tmp_path) == {}


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "handler.py",
        "README.md",
        "routes.json",
        "manifests/hf/textgen-lora/handler.py",
        "schemas/contract/textgen/v1.py",
        "releases/routers/v1/../../../x",
        "releases/routers/v1/deep/x",
        "/etc/passwd",
    ],
)
def test_not_even_a_record_may_pin_a_path_beyond_the_fixed_list(tmp_path: Path, path: str) -> None:
    pinned = {path: b"x"}
    body = dumps_by_key(record("1.0.0", pinned=pinned))
    report = pull(Hostile({"fused.json": body, **pinned}), ONE.tag, to=tmp_path)
    assert {code for code, _ in codes_of(report)} <= {"E541", "E542"}
    assert report.findings
    assert landed(tmp_path) == {}
