"""`fedfuse new --evaluates`: an Evaluation from the evidence of a run."""

from pathlib import Path

import pytest

from fedfuse.model.canonical import sha256
from fedfuse.model.yaml_text import render
from tests.support.evaluations import remeasurement
from tests.support.operating_registry import event
from tests.support.provider_workspace import Desk
from tests.support.registry import ACTORS, MAINTAINER, policy

V1 = "hf/textgen-lora@v1"
STEM = "manifests/registry/evaluations/hf.textgen-lora.v1.e1"
ASKED = ("--hardware", "--concurrency", "--pricing", "--seed")
MACHINE = ("--hardware=2 cores@local", "--pricing=0.80@2026-09-01", "--concurrency=1", "--seed=7")


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


def test_an_evaluation_takes_nothing_from_the_one_before(desk: Desk) -> None:
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    measure(desk, number=2)
    done = desk.run(*words(desk))
    assert done.returncode == 2
    assert f"nothing says {', '.join(ASKED)} of the run of {V1}" in done.stderr
    assert not (desk.root / f"{STEM[:-1]}2.yaml").exists()


def test_an_evaluation_needs_only_its_evidence_beside_its_run_file(desk: Desk) -> None:
    desk.ran()
    done = desk.run(*words(desk))
    assert done.returncode == 0, done.stderr + done.stdout
    made = desk.read(f"{STEM}.yaml")["evaluation"]
    assert (made["seed"], made["pricing"]["per_hour"]) == (11, 2.48)
    assert made["hardware"] == {"accelerator": "8xH100", "region": "eu-west-1", "concurrency": 1}
    refused = desk.run(*words(desk, "--seed=7"))
    assert (refused.returncode, "E446 --seed is not what the run had" in refused.stdout) == (
        1,
        True,
    )


def test_a_dry_run_prints_the_evaluation_and_writes_nothing(desk: Desk) -> None:
    done = desk.run(*words(desk, *MACHINE, "--dry-run"))
    assert (done.returncode, "kind: Evaluation" in done.stdout) == (0, True)
    assert not (desk.root / f"{STEM}.yaml").exists()


def test_everything_that_was_not_said_is_asked_for(desk: Desk) -> None:
    done = desk.run(*words(desk))
    assert done.returncode == 2
    assert all(option in done.stderr for option in ASKED)


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


def test_a_next_version_that_repeats_an_evaluation_is_to_blame_and_not_the_evaluation(
    desk: Desk,
) -> None:
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    done = desk.new()
    assert done.returncode == 1, done
    blamed = [line for line in done.stdout.splitlines() if "E413" in line]
    assert [line.partition(".yaml:")[0] for line in blamed] == ["manifests/hf/textgen-lora/v2"]
    assert f"the evidence of Evaluation e1 of {V1} by registry" in blamed[0]


def repeat(desk: Desk, earlier: str, later: str) -> list[str]:
    """The documents that validate blames when a later one ships the evidence of an earlier one.

    Both are stems of evidence files.
    """
    old, new = (desk.root / f"manifests/{stem}.csv" for stem in (earlier, later))
    document = new.with_name(new.name.replace(".evidence", "")).with_suffix(".yaml")
    text = document.read_text()
    document.write_text(text.replace(sha256(new.read_bytes()), sha256(old.read_bytes())))
    new.write_bytes(old.read_bytes())
    lines = desk.run("validate").stdout.splitlines()
    return [line.partition(".yaml:")[0] for line in lines if "E413" in line]


def test_validate_blames_what_repeats_an_earlier_run_and_not_the_run(desk: Desk) -> None:
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    desk.measure("hf/textgen-lora", 2)
    assert desk.new().returncode == 0
    first = "registry/evaluations/hf.textgen-lora.v1.e1"
    v1, v2 = (f"hf/textgen-lora/v{version}.evidence" for version in (1, 2))
    assert repeat(desk, first, v2) == ["manifests/hf/textgen-lora/v2"]
    assert repeat(desk, v1, v2) == ["manifests/hf/textgen-lora/v2"]


def test_validate_blames_the_evaluation_that_repeats_an_earlier_run(desk: Desk) -> None:
    desk.box.land("hf/textgen-lora", 2)
    assert desk.run(*words(desk, *MACHINE)).returncode == 0
    for number, subject in ((2, V1), (3, "hf/textgen-lora@v2")):
        measure(desk, number=number)
        said = ("new", "--evaluates", subject, "--by=registry", f"--evidence={desk.evidence}")
        assert desk.run(*said, *MACHINE).returncode == 0
    first, second, other = (
        f"registry/evaluations/hf.textgen-lora.{name}" for name in ("v1.e1", "v1.e2", "v2.e1")
    )
    assert repeat(desk, first, second) == [f"manifests/{second}"]
    v1 = "hf/textgen-lora/v1.evidence"
    assert repeat(desk, v1, other) == [f"manifests/{second}", f"manifests/{other}"]


def test_an_evaluation_that_repeats_a_later_version_is_still_refused(desk: Desk) -> None:
    desk.box.land("hf/textgen-lora", 2)
    later = desk.root / "manifests/hf/textgen-lora/v2.evidence.csv"
    desk.evidence.write_bytes(later.read_bytes())
    done = desk.run(*words(desk, *MACHINE))
    assert (done.returncode, "the evidence of hf/textgen-lora@v2" in done.stdout) == (1, True), done


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


def test_nobody_measures_a_version_that_was_withdrawn(desk: Desk) -> None:
    desk.box.commit("yank", {**event(1, kind="yank", version=V1, reason="it leaks")})
    done = desk.run(*words(desk, *MACHINE))
    assert (done.returncode, "E444" in done.stdout) == (1, True), done.stdout
