"""`fedfuse new --evaluates`: an Evaluation from the evidence of a run."""

from pathlib import Path

import pytest

from fedfuse.model.yaml_text import render
from tests.desk import Desk
from tests.evaluations import remeasurement
from tests.registry import ACTORS, MAINTAINER, policy

V1 = "hf/textgen-lora@v1"
STEM = "manifests/registry/evaluations/hf.textgen-lora.v1.e1"
MACHINE = ("--hardware=2 cores@local", "--pricing=0.80@2026-09-01")


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    made = Desk(tmp_path, monkeypatch, capsys)
    made.box.land("hf/textgen-lora")
    measure(made)
    return made


def measure(desk: Desk, number: int = 1, by: str = "registry") -> None:
    files = remeasurement(V1, by=by, number=number)
    (csv,) = (data for path, data in files.items() if path.endswith(".csv"))
    assert isinstance(csv, bytes)
    desk.evidence.write_bytes(csv)


def words(desk: Desk, *more: str, by: str = "registry") -> tuple[str, ...]:
    return ("new", "--evaluates", V1, "--by", by, "--evidence", str(desk.evidence), *more)


def test_an_evaluation_is_written_with_its_evidence_and_check_passes_it(desk: Desk) -> None:
    desk.box.branch("mine")
    done = desk.run(*words(desk, *MACHINE))
    assert (done.returncode, done.stdout) == (0, f"{STEM}.csv\n{STEM}.yaml\n"), done.stderr
    document = desk.read(f"{STEM}.yaml")
    assert (document["by"], document["subject"], document["number"]) == ("registry", V1, 1)
    assert document["submitted_by"]["login"] == "maintainer"
    desk.box.commit("registry measures")
    done = desk.run("check", "--base=main", "--head=mine", "--offline")
    assert done.returncode == 0, done.stdout
    assert f"pass: it is the newest evidence of {V1}, and independent" in done.stdout


def test_a_maintainer_who_ships_the_version_does_not_measure_for_the_registry(desk: Desk) -> None:
    shipping = {"login": "hf-bot", "id": ACTORS["hf"]}
    both = [shipping, {"login": "maintainer", "id": MAINTAINER}]
    desk.box.commit("maintainers", {"registry.yaml": render(policy(maintainers=both))})
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    assert desk.read(f"{STEM}.yaml")["submitted_by"]["login"] == "maintainer"
    desk.box.commit("one", {"registry.yaml": render(policy(maintainers=[shipping]))})
    done = desk.run(*words(desk, *MACHINE))
    assert (done.returncode, "every maintainer ships for" in done.stderr) == (2, True)


def test_the_next_one_needs_only_its_evidence(desk: Desk) -> None:
    assert desk.run(*words(desk, *MACHINE, "--seed=11")).returncode == 0
    measure(desk, number=2)
    done = desk.run(*words(desk))
    assert done.returncode == 0, done.stderr + done.stdout
    first, second = (desk.read(f"{STEM[:-1]}{n}.yaml") for n in (1, 2))
    assert second["number"] == 2
    for key in ("hardware", "pricing", "seed"):
        assert second["evaluation"][key] == first["evaluation"][key]


def test_a_dry_run_prints_the_evaluation_and_writes_nothing(desk: Desk) -> None:
    done = desk.run(*words(desk, *MACHINE, "--dry-run"))
    assert (done.returncode, "kind: Evaluation" in done.stdout) == (0, True)
    assert not (desk.root / f"{STEM}.yaml").exists()


def test_everything_that_was_not_said_is_asked_for(desk: Desk) -> None:
    done = desk.run(*words(desk))
    assert done.returncode == 2
    assert all(option in done.stderr for option in ("--hardware", "--pricing"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--evaluates", V1), "--by registry"),
        (("--evaluates", V1, "--by", "azure"), "use --by: registry, hf, gcp, aws"),
        (("--evaluates", "hf/textgen-lora@v9", "--by", "hf"), "no model version"),
        (("--evaluates", "textgen", "--by", "hf"), "no model version"),
        (("--evaluates", V1, "--by", "hf"), "--evidence FILE"),
        (("hf/textgen-lora", "--evaluates", V1, "--by", "hf"), "ships no files"),
        (("--evaluates", V1, "--by", "hf", "--uri", "hf://x/y"), "has no --uri"),
        (("--evaluates", V1, "--by", "hf", "--license", "mit"), "has no --license"),
        (("hf/textgen-lora",), "UNIT and ARTIFACT_DIR"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_what_would(
    desk: Desk, arguments: tuple[str, ...], said: str
) -> None:
    done = desk.run("new", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_the_providers_own_evidence_makes_no_evaluation(desk: Desk) -> None:
    own = desk.root / "manifests/hf/textgen-lora/v1.evidence.csv"
    desk.evidence.write_bytes(own.read_bytes())
    done = desk.run(*words(desk, *MACHINE))
    assert (done.returncode, "E413" in done.stdout) == (1, True), done


def test_validate_judges_evaluations_while_they_are_edited(desk: Desk) -> None:
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    assert desk.run("validate").returncode == 0
    path = desk.root / f"{STEM}.yaml"
    path.write_text(path.read_text().replace("quality: 0.8", "quality: 0.9"))
    done = desk.run("validate")
    assert (done.returncode, f"{STEM}.yaml" in done.stdout, "E415" in done.stdout) == (
        1,
        True,
        True,
    )
