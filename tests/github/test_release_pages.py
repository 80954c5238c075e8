"""Release pages on GitHub: complete, about the right tag, and the same whatever went wrong."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.adapters.github import GitHub
from fedfuse.adapters.github_http import Session
from fedfuse.errors import DivergedError, FedfuseError, RemoteError
from fedfuse.flows.releasing import release
from fedfuse.flows.releasing.github_release import HostedReport, reconcile
from fedfuse.model.release_page import MARKER
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, Release, Store, token_of
from tests.support.registry import RegistrySandbox

pytestmark = pytest.mark.npm
FIRST, SECOND = "acme-ai-federated-v1.0.0", "acme-ai-federated-v1.0.1"
FILES = ["SHA256SUMS", "checklist.md", "fused.json", "report.md"]
WRITES = 6
"""For one page: the draft, four files, publishing."""
Faults = Callable[[Seen], Fault | None]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> RegistrySandbox:
    """A registry with two tagged releases."""
    made = RegistrySandbox.create(tmp_path_factory.mktemp("history") / "registry")
    made.land_first_release()
    made.land("hf/textgen-lora", 2, quality=0.95)
    with Repository(made.root) as repository:
        release.reconcile(repository, until="main", remote=None, artifact_check=None)
    return made


@pytest.fixture
def there(box: RegistrySandbox) -> Store:
    """A repository on GitHub that has the tags and no pages."""
    oids = box.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags")
    return Store(tags=dict(line.split() for line in oids.splitlines()))


def publish(
    box: RegistrySandbox, there: Store, faults: Faults = lambda _: None, *, dry_run: bool = False
) -> tuple[HostedReport, list[str]]:
    """One run without its pauses, and what it wrote."""
    with (
        LoopbackGitHub(there, faults) as github,
        Session(github.url, token_of(APP), pause=lambda _: None) as session,
        Repository(box.root) as repository,
    ):
        report = reconcile(repository, GitHub(there.name, session), until="main", dry_run=dry_run)
        return report, github.writes


def pages(there: Store) -> dict[str, object]:
    """All pages by tag, ids aside."""
    return {one.fields["tag_name"]: one.state for one in there.releases}


def page(there: Store, tag: str) -> Release:
    (found,) = (one for one in there.releases if one.fields["tag_name"] == tag)
    return found


@pytest.fixture(scope="module")
def undisturbed(box: RegistrySandbox) -> dict[str, object]:
    oids = box.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags")
    there = Store(tags=dict(line.split() for line in oids.splitlines()))
    publish(box, there)
    return pages(there)


def test_every_tag_gets_a_published_page_with_its_files_oldest_first(
    box: RegistrySandbox, there: Store
) -> None:
    report, _ = publish(box, there)
    assert report == HostedReport("acme/registry", published=(FIRST, SECOND), there=())
    assert [one.fields["tag_name"] for one in there.releases] == [FIRST, SECOND]
    for one in there.releases:
        assert one.fields["draft"] is False
        assert sorted(asset.name for asset in one.assets.values()) == FILES
    assert [one.fields["make_latest"] for one in there.releases] == ["false", "true"]
    assert there.made_tags == []


def test_the_attached_record_is_the_one_the_tag_carries_and_the_sums_hold(
    box: RegistrySandbox, there: Store, tmp_path: Path
) -> None:
    publish(box, there)
    files = {one.name: one.data for one in page(there, FIRST).assets.values()}
    record = box.git("cat-file", "tag", FIRST).split("\n\n", 2)[2]
    assert files["fused.json"].decode() == f"{record}\n"
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True)
    assert hashlib.sha256(files["report.md"]).hexdigest() in files["SHA256SUMS"].decode()


def test_the_notes_say_what_changed_by_unit_by_how_much_and_who_submitted_it(
    box: RegistrySandbox, there: Store
) -> None:
    publish(box, there)
    notes = page(there, SECOND).fields["body"]
    assert notes.startswith(f"{MARKER}\nA patch release since `{FIRST}`.")
    assert "| `hf/textgen-lora` | v1 | **v2** | `hf-bot` |" in notes
    record = json.loads(box.git("cat-file", "tag", SECOND).split("\n\n", 2)[2])
    quality = record["metrics"]["hf/textgen-lora@v2"]["quality"]
    assert f"| {quality} | +0." in notes
    assert "`aws/runtime-distilled@v1`" in notes
    assert "`gcp/embedder@v1`" in notes
    assert f"--expect {there.tags[SECOND]}" in notes


def test_publishing_again_writes_nothing(box: RegistrySandbox, there: Store) -> None:
    publish(box, there)
    report, writes = publish(box, there)
    assert report == HostedReport("acme/registry", published=(), there=(FIRST, SECOND))
    assert writes == []


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    box: RegistrySandbox, there: Store
) -> None:
    report, writes = publish(box, there, dry_run=True)
    assert (report.published, writes, there.releases) == ((FIRST, SECOND), [], [])


def dark_from(number: int, *, done: bool) -> Faults:
    """GitHub hears nothing more from the N-th write on, as when the process is killed there."""
    writes = 0

    def plan(seen: Seen) -> Fault | None:
        nonlocal writes
        writes += seen.writes
        if writes < number:
            return None
        return Fault(0, done=done and writes == number and seen.writes)

    return plan


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("number", range(1, 2 * WRITES + 1))
def test_a_run_after_a_death_at_any_write_ends_like_an_undisturbed_one(
    box: RegistrySandbox,
    there: Store,
    undisturbed: dict[str, object],
    number: int,
    done: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with pytest.raises(FedfuseError):
        publish(box, there, dark_from(number, done=done))
    assert pages(there) != undisturbed or (number, done) == (2 * WRITES, True)
    publish(box, there)
    assert pages(there) == undisturbed
    assert there.made_tags == []
    assert len(there.releases) == 2


@pytest.mark.parametrize("fault", [Fault(502, done=True), Fault(502), Fault(0, done=True)])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_a_write_whose_answer_is_lost_is_looked_up_and_nothing_happens_twice(
    box: RegistrySandbox,
    there: Store,
    undisturbed: dict[str, object],
    number: int,
    fault: Fault,
) -> None:
    writes = 0

    def once(seen: Seen) -> Fault | None:
        nonlocal writes
        writes += seen.writes
        strikes = writes == number and seen.writes
        writes += strikes
        return fault if strikes else None

    publish(box, there, once)
    assert pages(there) == undisturbed


def test_a_broken_upload_and_a_foreign_file_in_our_draft_are_replaced(
    box: RegistrySandbox, there: Store, undisturbed: dict[str, object]
) -> None:
    with pytest.raises(FedfuseError):
        publish(box, there, dark_from(3, done=True))
    broken, wrong = page(there, FIRST).assets.values()
    broken.state, wrong.data = "open", b"other bytes"
    publish(box, there)
    assert pages(there) == undisturbed


def test_drafts_that_a_race_left_behind_are_removed(
    box: RegistrySandbox, there: Store, undisturbed: dict[str, object]
) -> None:
    commits = {tag: box.git("rev-parse", f"{tag}^{{commit}}") for tag in (FIRST, SECOND)}
    drafts = {
        tag: {"tag_name": tag, "target_commitish": commit, "draft": True, "body": f"{MARKER}\nold"}
        for tag, commit in commits.items()
    }
    for tag in (FIRST, FIRST, SECOND):
        there.release(**drafts[tag])
    publish(box, there)
    assert pages(there) == undisturbed
    assert len(there.releases) == 2
    there.release(**drafts[FIRST])
    publish(box, there)
    assert pages(there) == undisturbed
    assert len(there.releases) == 2


def test_a_rival_that_publishes_first_is_no_error(
    box: RegistrySandbox, there: Store, undisturbed: dict[str, object]
) -> None:
    def rival(seen: Seen) -> None:
        if seen.method == "PATCH" and len(there.releases) == 1:
            (ours,) = there.releases
            made = there.release(**{**ours.fields, "draft": False, "make_latest": "false"})
            made.assets = dict(ours.assets)

    publish(box, there, rival)
    assert len(there.releases) == 3
    publish(box, there)
    assert pages(there) == undisturbed
    assert len(there.releases) == 2


def test_a_draft_that_a_person_wrote_is_not_touched(box: RegistrySandbox, there: Store) -> None:
    there.release(tag_name=FIRST, draft=True, body="My own words")
    publish(box, there)
    (mine,) = (one for one in there.releases if one.fields["draft"])
    assert mine.fields["body"] == "My own words"
    assert mine.assets == {}
    assert len(there.releases) == 3


def test_a_tag_that_github_does_not_have_gets_no_page_as_github_would_make_it_up(
    box: RegistrySandbox, there: Store
) -> None:
    del there.tags[SECOND]
    with pytest.raises(RemoteError, match=f"{SECOND} is not on acme/registry yet") as raised:
        publish(box, there)
    assert raised.value.fix == "fedfuse release"
    assert list(pages(there)) == [FIRST]
    assert there.made_tags == []


def test_a_tag_that_is_another_object_on_github_is_a_divergence(
    box: RegistrySandbox, there: Store
) -> None:
    there.tags[FIRST] = "d" * 40
    with pytest.raises(DivergedError, match=FIRST):
        publish(box, there)
    assert there.releases == []


@pytest.mark.parametrize("change", ["other", "gone"])
def test_a_published_page_with_another_record_is_reported_and_left_alone(
    box: RegistrySandbox, there: Store, change: str
) -> None:
    publish(box, there)
    first = page(there, FIRST)
    record = next(one for one in first.assets.values() if one.name == "fused.json")
    if change == "gone":
        del first.assets[record.id]
    else:
        record.data = record.data[:-1] + b" "
    there.releases.remove(page(there, SECOND))
    with pytest.raises(DivergedError, match=rf"other release pages: {FIRST}.*fused.json") as raised:
        publish(box, there)
    assert raised.value.fix
    # what else was owed is published all the same
    assert page(there, SECOND).fields["draft"] is False


def test_readable_files_that_somebody_edited_on_a_published_page_are_left_alone(
    box: RegistrySandbox, there: Store
) -> None:
    publish(box, there)
    for asset in page(there, FIRST).assets.values():
        if asset.name.endswith(".md"):
            asset.data = b"edited"
    _, writes = publish(box, there)
    assert writes == []


def test_a_registry_without_releases_asks_github_nothing(tmp_path: Path) -> None:
    empty = RegistrySandbox.create(tmp_path / "registry")
    with LoopbackGitHub() as github, Session(github.url, token_of(APP)) as session:
        with Repository(empty.root) as repository:
            report = reconcile(repository, GitHub("acme/registry", session), until="main")
        assert github.seen == []
    assert report == HostedReport("acme/registry", (), ())
