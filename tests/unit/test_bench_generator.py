import subprocess
import sys
from pathlib import Path

import pytest

from fedfuse.adapters import schemas, yaml_strict
from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.v1 import documents, policy
from fedfuse.engine.v1.admission import evidence_csv, suite_document
from fedfuse.engine.v1.metrics import metrics
from fedfuse.engine.v1.resume import resume
from fedfuse.flows.auditing.audit import audit
from fedfuse.flows.checking.check import check_pull_request
from fedfuse.flows.history.ledger import fold_history
from fedfuse.flows.history.serving_history import history
from fedfuse.model.canonical import sha256
from fedfuse.model.document import Document
from fedfuse.model.evidence import Machine
from fedfuse.model.release import record_of_tag
from fedfuse.model.suite import Suite
from tests.bench import content, generate, measurement
from tests.bench.generate import Size

SIZE = Size(manifests=18, commits=10, tags=4, units=2)


def git(repository: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def lines(repository: Path, *arguments: str) -> list[str]:
    return git(repository, *arguments).decode("ascii").splitlines()


def load(repository: Path, path: str) -> Document:
    data = git(repository, "show", f"main:{path}")
    parse = schemas.load_json if path.endswith(".json") else yaml_strict.load
    document = parse(data, path=path)
    assert isinstance(document, Document), document
    return document


def suite(repository: Path) -> Suite:
    folder = measurement.SUITE_PATH.removesuffix("/suite.yaml")
    document = load(repository, measurement.SUITE_PATH).value
    names = [part["file"] for part in document["parts"].values()]
    files = {name: git(repository, "show", f"main:{folder}/{name}") for name in names}
    digest = sha256(git(repository, "show", f"main:{measurement.SUITE_PATH}"))
    parsed, findings = suite_document.parse(document, folder=folder, sha256=digest, files=files)
    assert parsed is not None, findings
    return parsed


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bench") / "registry.git"
    generate.generate(directory, SIZE)
    return directory


def test_the_registry_has_the_size_that_was_asked_for(generated: Path) -> None:
    paths = lines(generated, "ls-tree", "-r", "--name-only", "main", "manifests/")
    assert len([path for path in paths if path.endswith(".yaml")]) == SIZE.manifests
    assert len(paths) == 2 * SIZE.manifests
    assert len(lines(generated, "rev-list", "main")) == SIZE.commits
    assert len(lines(generated, "tag")) == SIZE.tags


def test_a_large_registry_has_hundreds_of_units_with_about_83_versions() -> None:
    units = generate.usual_units(100_000)
    large = Size(manifests=100_000, commits=10_000, tags=1, units=units)
    assert 80 <= large.manifests / (3 * units) <= 90
    assert sum(map(large.in_commit, range(large.commits))) == large.manifests
    policy = content.tool_files(units)["registry.yaml"]
    assert isinstance(yaml_strict.load(policy, path="registry.yaml"), Document)


def test_the_same_size_gives_the_same_object_ids(generated: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.git"
    options = [f"--{name}={getattr(SIZE, name)}" for name in ("manifests", "commits", "tags")]
    command = [sys.executable, generate.__file__, str(again), *options]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert git(again, "for-each-ref") == git(generated, "for-each-ref")


def test_git_finds_nothing_wrong_with_it(generated: Path) -> None:
    assert git(generated, "fsck", "--strict") == b""


def test_every_commit_after_the_first_adds_files_of_one_provider(generated: Path) -> None:
    first, *later = lines(generated, "rev-list", "--reverse", "--first-parent", "main")
    assert "registry.yaml" in lines(generated, "ls-tree", "--name-only", first)
    for commit in later:
        changes = lines(generated, "diff-tree", "-r", "--name-status", "--no-commit-id", commit)
        assert {change[:2] for change in changes} == {"A\t"}
        assert len({change.split("/")[1] for change in changes}) == 1


def test_every_manifest_is_what_its_path_says_and_its_evidence_proves_its_metrics(
    generated: Path,
) -> None:
    settings = policy.from_document(load(generated, "registry.yaml").value)
    items = suite(generated)
    paths = lines(generated, "ls-tree", "-r", "--name-only", "main", "manifests/")
    for path in (path for path in paths if path.endswith(".yaml")):
        shipped = documents.manifest_of(load(generated, path).value)
        assert shipped.path == path
        assert settings.units[shipped.unit] is shipped.role
        assert shipped.artifact.uri.startswith(settings.providers[shipped.provider].prefixes)
        subject = settings.units[shipped.subject.split("@")[0]] if shipped.subject else None
        role = subject.as_reported() if subject else shipped.role
        evidence, findings = evidence_csv.parse(
            git(generated, "show", f"main:{shipped.evidence_path}"),
            path=shipped.evidence_path,
            items=items.items(role.parts),
        )
        assert evidence is not None, findings
        assert shipped.evaluation is not None
        assert evidence.sha256 == shipped.evaluation.evidence_sha256
        machine = Machine(shipped.evaluation.per_hour, shipped.evaluation.concurrency)
        proven = metrics(evidence, items.parts, role=role, machine=machine)
        assert shipped.metrics == pytest.approx(proven, abs=1e-6)


def test_every_tag_is_exactly_the_tag_of_its_record_and_follows_the_one_before(
    generated: Path,
) -> None:
    main = lines(generated, "rev-list", "--first-parent", "main")
    previous, newest = None, ""
    for name in lines(generated, "tag", "--sort=version:refname"):
        record = record_of_tag(git(generated, "cat-file", "tag", name))
        assert record is not None
        assert (record["release"], record["previous"]) == (name, previous)
        assert record["commit"] in main
        assert [unit["member"] for unit in record["units"].values() if unit["manifest"]]
        newest = record["commit"]
        previous = {"release": name, "tag_object": lines(generated, "rev-parse", name)[0]}
    assert newest == main[0]


def test_the_candidate_branch_adds_the_next_version_of_one_unit(generated: Path) -> None:
    changes = lines(generated, "diff-tree", "-r", "--name-only", "main", "candidate")
    assert len(changes) == 2
    path = Path(changes[1])
    shipped = lines(generated, "ls-tree", "--name-only", "main", f"{path.parent}/")
    versions = [int(Path(one).stem[1:]) for one in shipped if one.endswith(".yaml")]
    assert path.name == f"v{max(versions) + 1}.yaml"


def test_policy_suite_contracts_and_manifests_obey_their_schemas(generated: Path) -> None:
    contracts = lines(generated, "ls-tree", "-r", "--name-only", "main", "schemas/contract/")
    manifests = lines(generated, "ls-tree", "-r", "--name-only", "main", "manifests/")
    documents = {
        "registry": ["registry.yaml"],
        "suite": [measurement.SUITE_PATH],
        "contract": contracts,
        "manifest": [path for path in manifests if path.endswith(".yaml")],
    }
    for kind, paths in documents.items():
        schema = git(generated, "show", f"main:schemas/{kind}.v1.schema.json")
        validator = schemas.Validator(schema)
        for path in paths:
            assert validator.findings(load(generated, path)) == ()


def test_a_tag_holds_the_state_that_folding_all_of_main_gives(generated: Path) -> None:
    with Repository(generated) as repository:
        folded = fold_history(repository, "main", believes=lambda _: False).state
    newest = lines(generated, "tag", "--sort=-version:refname")[0]
    record = record_of_tag(git(generated, "cat-file", "tag", newest))
    assert record is not None
    resumed = resume(record, "")
    assert (resumed.units, resumed.admissions) == (folded.units, folded.admissions)
    assert folded.admissions.keys() == folded.units.keys()


def test_the_candidate_is_admitted_and_would_cut_the_next_release(generated: Path) -> None:
    with Repository(generated) as repository:
        report = check_pull_request(repository, base="main", head="candidate")
    assert (report.verdict, report.findings) == ("pass", ())
    assert report.if_merged is not None
    assert report.if_merged.bump == "patch"
    assert [change.unit for change in report.if_merged.diff] == ["hf/textgen-lora-000"]


@pytest.mark.parametrize(
    "option",
    [
        "--manifests=0",
        "--commits=1",
        "--tags=100",
        "--tags=-1",
        "--units=3",
        "--units=0",
        "--promotions=2",
    ],
)
def test_an_impossible_size_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(SystemExit) as refusal:
        generate.main([str(tmp_path / "registry.git"), option])
    assert refusal.value.code == 2
    assert not (tmp_path / "registry.git").exists()


def test_an_existing_directory_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        generate.main([str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_promotions_are_spread_over_the_releases_and_serve(tmp_path: Path) -> None:
    directory = tmp_path / "promoted.git"
    generate.generate(directory, Size(18, 10, tags=4, units=2, promotions=2))
    tags = lines(directory, "tag", "--sort=version:refname")
    with Repository(directory) as repository:
        turns = history(repository, until=repository.tip("")).turns
        found = check_pull_request(repository, base="main", head="candidate")
    assert [turn.state.production for turn in turns] == [tags[1], tags[3]]
    assert len(lines(directory, "rev-list", "main")) == 12
    assert found.verdict == "pass"


def test_judged_tags_are_those_that_history_makes(tmp_path: Path) -> None:
    directory = tmp_path / "judged.git"
    generate.main([str(directory), "--manifests=18", "--commits=10", "--tags=0", "--judged"])
    with Repository(directory) as repository:
        report = audit(repository, until="main", remote=None, replay=True)
    assert report.findings == ()
    assert report.releases == report.replayed == len(lines(directory, "tag")) > 1
