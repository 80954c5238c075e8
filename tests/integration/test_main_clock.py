"""Dates on main: nothing goes on from the future, and what is no date moves no clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.errors import RegistryError
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.ledger import fold_history
from fedfuse.flows.releasing import release
from tests.support.changes import Case, commit_files, released_registry
from tests.support.cli_runner import fedfuse
from tests.support.registry import RegistrySandbox

FUTURE = int(datetime(2099, 1, 1, tzinfo=UTC).timestamp())
TEXT = "2099-01-01T00:00:00Z"


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    return released_registry(tmp_path / "registry")


def landed(box: RegistrySandbox, date: str, files: Mapping[str, str | bytes] | None = None) -> str:
    """A commit on main whose committer line ends with these bytes, whatever they are."""
    made = box.commit("next", dict(files) if files else {"README.md": f"# {date[:40]}\n"})
    lines = box.git("cat-file", "commit", made).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("committer "))
    lines[at] = f"committer Ada <ada@example.org>{date}"
    body = "\n".join([*lines, ""]).encode()
    sha = box.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=body)
    box.git("update-ref", "refs/heads/main", sha)
    return sha


def proposed(box: RegistrySandbox) -> str:
    return commit_files(box, Case({}).files(box.root / "artifacts"), parent="main")


def test_nothing_goes_on_from_a_commit_of_the_future(box: RegistrySandbox) -> None:
    sha = landed(box, f" {FUTURE} +0000", Case({}).files(box.root / "artifacts"))
    head = commit_files(box, {"README.md": b"# Next\n"}, parent="main")
    for words in (
        ("check", "--base", "main", "--head", head, "--offline"),
        ("candidates", head, "--offline"),
        ("release", "--no-mirror"),
        ("hold", "--reason", "look"),
    ):
        done = fedfuse(box.root, *words)
        assert done.is_error(3), (words, done)
        assert f"{sha}: E217 this commit of main is dated {TEXT}, later than now" in done.err
    assert len(box.git("tag").splitlines()) == 1
    audited = fedfuse(box.root, "audit", "--offline")
    assert (audited.code, audited.out.count("E217")) == (1, 1)
    assert sha in audited.out
    assert f"is dated {TEXT}, later than now" in fedfuse(box.root, "status").out


def test_it_heals_by_itself_when_the_time_has_come_and_the_fold_was_never_another(
    box: RegistrySandbox,
) -> None:
    box.land("hf/textgen-lora", 2, quality=0.95)
    landed(box, f" {FUTURE} +0000")
    head = commit_files(box, {"README.md": b"# Next\n"}, parent="main")
    came = datetime.fromtimestamp(FUTURE, UTC)
    with Repository(box.root) as repository:
        reconcile = partial(
            release.reconcile, repository, until="main", remote=None, artifact_check=None
        )
        states = []
        for present in (came - timedelta(minutes=6), came - timedelta(minutes=5), came):
            states.append(fold_history(repository, box.git("rev-parse", "main")).state)
            late = present >= came - timedelta(minutes=5)
            if not late:
                with pytest.raises(RegistryError):
                    check_pull_request(repository, base="main", head=head, present=present)
                with pytest.raises(RegistryError):
                    reconcile(present=present)
                continue
            report = check_pull_request(repository, base="main", head=head, present=present)
            assert report.exit_code == 0
            found = audit(repository, until="main", remote=None, present=present)
            assert not found.findings
        assert states[0] == states[1] == states[2]
        made = reconcile(present=came)
        assert [cut.release.tag for cut in made.cuts][-1] == "acme-ai-federated-v1.0.1"


NO_DATES = {
    "negative": " -1 +0000",
    "before 1970": " -2208988800 +0000",
    "after 9999": " 253402300800 +0000",
    "of 400 digits": f" {'9' * 400} +0000",
    "of 5,000 digits": f" {'1' * 5000} +0000",
    "absent": "",
    "a word": " now +0000",
    "a fraction": " 1790000000.5 +0000",
    "of eleven zeros more": " 179000000000000000000 +0000",
}
DATES = {
    "the first second": (" 0 +0000", 0),
    "a zone of a day": (" 1790000900 +9999", 1_790_000_900),
    "no zone": (" 1790000900", 1_790_000_900),
    "a zone of eight digits": (" 1790000900 -00000730", 1_790_000_900),
    "a zone in words": (" 1790000900 UTC", 1_790_000_900),
    "a name in the date": ("> 1790000900 +0000", 1_790_000_900),
}


@pytest.mark.parametrize("name", NO_DATES)
def test_what_is_no_date_is_named_and_moves_no_clock(box: RegistrySandbox, name: str) -> None:
    with Repository(box.root) as repository:
        before = fold_history(repository, box.head()).state
    sha = landed(box, NO_DATES[name], Case({}).files(box.root / "artifacts"))
    audited = fedfuse(box.root, "audit", "--offline")
    assert (audited.code, audited.out.count("E807"), audited.err) == (1, 1, "")
    assert f"commit {sha[:12]} has no legal shape and admits nothing: the committer date" in (
        " ".join(audited.out.split())
    )
    with Repository(box.root) as repository:
        state = fold_history(repository, sha).state
    assert (state.clock, state.units) == (before.clock, before.units)
    head = commit_files(box, {"README.md": b"# Next\n"}, parent="main")
    for words in (
        ("check", "--base", "main", "--head", head, "--offline"),
        ("release", "--no-mirror"),
        ("history",),
        ("status",),
    ):
        done = fedfuse(box.root, *words)
        assert done.code == 0, (words, done)
    text = (box.root / "registry.yaml").read_text() + f"audit: {{accepted: [{sha}]}}\n"
    box.commit("accept", {"registry.yaml": text})
    assert fedfuse(box.root, "audit", "--offline").code == 0


@pytest.mark.parametrize("name", DATES)
def test_a_date_counts_whatever_its_zone_says(box: RegistrySandbox, name: str) -> None:
    date, seconds = DATES[name]
    sha = landed(box, date)
    with Repository(box.root) as repository:
        assert repository.committed_at(sha) == datetime.fromtimestamp(seconds, UTC)
        clock = fold_history(repository, sha).state.clock
    assert clock is not None
    assert clock.timestamp() >= 1_790_000_000  # never back behind its parent
    assert fedfuse(box.root, "audit", "--offline").code == 0


def test_a_promotion_by_a_commit_without_a_date_ends_with_a_finding(box: RegistrySandbox) -> None:
    assert fedfuse(box.root, "promote", "acme-ai-federated-v1.0.0", "--offline").code in {0, 1, 2}
    landed(box, " -1 +0000")
    for words in (("audit", "--offline"), ("history", "--at", "2026-11-01"), ("status",)):
        assert fedfuse(box.root, *words).code in {0, 1}


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-02T00:00:00Z"])
def test_a_clock_at_the_end_of_the_calendar_is_no_bug(box: RegistrySandbox, at: str) -> None:
    head = proposed(box)
    for words in (
        ("check", "--base", "main", "--head", head, "--offline", "--at", at),
        ("status", "--at", at),
    ):
        assert fedfuse(box.root, *words).code in {0, 1, 2}
