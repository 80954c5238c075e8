"""Bytes ship once, whatever number, unit, name or page they come with."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fedfuse.adapters.git.repository import Repository
from fedfuse.flows.history.ledger import Ledger, fold_history
from fedfuse.flows.history.main_state import MainState
from fedfuse.flows.releasing import release
from fedfuse.report.summary import if_merged
from tests.support.changes import check, released_registry
from tests.support.evaluations import remeasurement
from tests.support.operating_registry import event, promotion
from tests.support.registry import RegistrySandbox

UNIT = "hf/textgen-lora"
Document = dict[str, Any]


@pytest.fixture
def box(tmp_path: Path) -> RegistrySandbox:
    """A second version is on main, better by far than the first."""
    box = released_registry(tmp_path / "registry")
    box.land(UNIT, 2, quality=0.95)
    return box


def artifact_of(box: RegistrySandbox, ref: str) -> dict[str, Any]:
    """The artifact section of a manifest on main."""
    unit, _, version = ref.partition("@v")
    with Repository(box.root) as repository:
        ledger = fold_history(repository, box.git("rev-parse", "main"))
        shipped = ledger.snapshot(box.git("rev-parse", "main")).manifest(unit, int(version))
    assert shipped is not None
    return {
        "format": shipped.artifact.format,
        "files": [
            {"path": f.path, "size": f.size, "sha256": f.sha256} for f in shipped.artifact.files
        ],
    }


def ledger_of(box: RegistrySandbox) -> Ledger:
    with Repository(box.root) as repository:
        return fold_history(repository, box.git("rev-parse", "main"))


def codes(box: RegistrySandbox, unit: str, version: int, bytes_of: str, **facts: Any) -> list[str]:
    """What check says of a shipment with the artifact of a version; main stays as it is."""
    artifact = artifact_of(box, bytes_of)
    extra, settings = facts.pop("files", []), facts.pop("artifact", {})

    def edit(document: Document) -> None:
        document["artifact"] |= {**artifact, **settings}
        files = [*document["artifact"]["files"], *extra]
        document["artifact"]["files"] = sorted(files, key=lambda file: file["path"])

    box.branch(f"proposal-{box.clock}")
    head = box.land(unit, version, edit=edit, **facts)
    found = [finding.code for finding in check(box, head).findings]
    box.git("switch", "-q", "main")
    return found


def land_with(box: RegistrySandbox, unit: str, version: int, bytes_of: str, **facts: Any) -> None:
    """Land a shipment with the artifact of a version, whatever check says of it."""
    artifact = artifact_of(box, bytes_of)
    box.land(unit, version, edit=lambda document: document["artifact"].update(artifact), **facts)


FILE = {"size": 7, "sha256": "a" * 64}


def test_an_artifact_does_not_ship_again_under_a_new_number(box: RegistrySandbox) -> None:
    assert codes(box, UNIT, 3, f"{UNIT}@v2", quality=0.98) == ["E432"]
    assert codes(box, UNIT, 3, f"{UNIT}@v1", quality=0.98) == ["E432"]


def test_new_names_and_pages_make_no_other_artifact(box: RegistrySandbox) -> None:
    renamed = artifact_of(box, f"{UNIT}@v2")["files"]
    renamed[0]["path"] = "other.safetensors"
    page = [{"path": "README.md", **FILE}]
    ref = f"{UNIT}@v2"
    assert codes(box, UNIT, 3, ref, quality=0.98, artifact={"files": renamed}) == ["E432"]
    assert codes(box, UNIT, 3, ref, quality=0.98, files=page) == ["E432"]


def test_no_other_unit_and_no_experiment_ships_it_either(box: RegistrySandbox) -> None:
    assert codes(box, "aws/runtime-distilled", 2, f"{UNIT}@v2", quality=0.98) == ["E432"]
    assert codes(box, UNIT, 3, f"{UNIT}@v2", quality=0.98, track="experiment") == ["E432"]


def test_another_providers_weights_never_ship_whatever_comes_with_them(
    box: RegistrySandbox,
) -> None:
    """Else it could revoke its own version, and nobody would ship these weights again."""
    settings, ref = [{"path": "adapter_config.json", **FILE}], f"{UNIT}@v2"
    assert codes(box, "aws/runtime-distilled", 2, ref, quality=0.98, files=settings) == ["E432"]
    assert codes(box, "hf/policy-adapter", 1, ref, quality=0.98, files=settings) == []


def test_a_yank_takes_the_same_weights_with_other_settings_along(box: RegistrySandbox) -> None:
    """Neither the older version nor the one that waits serves; check says so beforehand."""
    settings = [{"path": "adapter_config.json", **FILE}]
    artifact = artifact_of(box, f"{UNIT}@v2")
    artifact["files"] = [*settings, *artifact["files"]]
    box.land(UNIT, 3, quality=0.99, edit=lambda document: document["artifact"].update(artifact))
    assert ledger_of(box).state.units[UNIT].member == 3
    box.branch("yank")
    yank = event(1, kind="yank", version=f"{UNIT}@v3", reason="it leaks")
    box.commit("yank", {**yank})
    report = check(box, box.git("rev-parse", "HEAD"))
    assert report.if_merged
    assert report.if_merged.withdrawn == (f"{UNIT}@v2",)
    assert f"{UNIT}@v2 is withdrawn with it" in if_merged(report)
    box.git("switch", "-q", "main")
    box.commit("yank", {**yank})
    state = ledger_of(box).state
    assert state.yanked == {f"{UNIT}@v2", f"{UNIT}@v3"}
    assert state.units[UNIT].member == 1


def test_a_shard_that_another_provider_took_and_revoked_stops_no_version(
    box: RegistrySandbox,
) -> None:
    """The shards were on main before; nobody else's word withdraws them."""
    artifact = artifact_of(box, f"{UNIT}@v2")
    shard = {"path": "part.safetensors", **FILE}
    both = sorted([shard, *artifact["files"]], key=lambda file: str(file["path"]))
    box.land(UNIT, 3, quality=0.99, edit=lambda d: d["artifact"].update(files=both))
    other = "aws/runtime-distilled"
    box.land(other, 2, quality=0.98, edit=lambda d: d["artifact"].update(files=[shard]))
    settings = [{"path": "adapter_config.json", "size": 7, "sha256": "c" * 64}]
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.99, files=settings) == []
    box.commit("it fails", dict(remeasurement(f"{other}@v2", by="aws", quality=0.5)))
    state = ledger_of(box).state
    assert state.revoked == {f"{other}@v2"}
    assert state.units[UNIT].member == 3
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.99, files=settings) == []
    box.commit("yank", {**event(1, kind="yank", version=f"{UNIT}@v3", reason="it leaks")})
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.99, files=settings) == ["E431"]


def test_one_change_ships_no_weights_for_two_providers(box: RegistrySandbox) -> None:
    box.branch("both")
    files: list[Document] = []
    box.ship(
        "aws/runtime-distilled",
        2,
        quality=0.98,
        edit=lambda document: files.extend(document["artifact"]["files"]),
    )
    mixed = sorted([{"path": "a.json", **FILE}, *files], key=lambda file: str(file["path"]))
    head = box.land(UNIT, 3, quality=0.98, edit=lambda d: d["artifact"].update(files=mixed))
    assert "E433" in [finding.code for finding in check(box, head).findings]


def test_a_report_ships_its_own_artifact(box: RegistrySandbox) -> None:
    box.land("gcp/embedder", 2, quality=0.95)
    report = ("gcp/retrieval-eval", 2, "gcp/retrieval-eval@v1")
    assert codes(box, *report, subject="gcp/embedder@v2", quality=0.95) == ["E432"]


def test_weights_with_other_settings_are_another_artifact(box: RegistrySandbox) -> None:
    settings = [{"path": "adapter_config.json", **FILE}]
    assert codes(box, UNIT, 3, f"{UNIT}@v2", quality=0.98, files=settings) == []


def test_withdrawn_weights_never_come_back_with_other_settings_either(
    box: RegistrySandbox,
) -> None:
    box.commit("yank", {**event(1, kind="yank", version=f"{UNIT}@v2", reason="it leaks")})
    settings = [{"path": "adapter_config.json", **FILE}]
    for unit, version in ((UNIT, 3), ("aws/runtime-distilled", 2)):
        ref = f"{UNIT}@v2"
        assert codes(box, unit, version, ref, quality=0.98) == ["E431"]
        assert codes(box, unit, version, ref, quality=0.98, files=settings) == ["E431"]


def test_a_revoked_version_binds_its_weights_as_a_yank_does(box: RegistrySandbox) -> None:
    settings = [{"path": "adapter_config.json", **FILE}]
    ref = f"{UNIT}@v2"
    box.commit("registry measures", dict(remeasurement(ref, by="registry", quality=0.5)))
    assert ledger_of(box).state.revoked == {ref}
    assert codes(box, UNIT, 3, ref, quality=0.98) == ["E431"]
    assert codes(box, UNIT, 3, ref, quality=0.98, files=settings) == ["E431"]


def test_a_rollback_names_no_member_so_its_bytes_stay_used_and_a_yank_withdraws_the_guilty_one(
    box: RegistrySandbox,
) -> None:
    """The first release serves, then the second, which holds version 2 and is rolled back."""
    settings = [{"path": "adapter_config.json", **FILE}]
    with Repository(box.root) as repository:
        release.reconcile(repository, until="main", remote=None, artifact_check=None)
    first, second = box.git("tag", "--list", "--sort=creatordate").split()
    box.commit("promote", dict(promotion(box, 1, first)))
    box.commit("promote", dict(promotion(box, 2, second)))
    back = event(3, kind="rollback", from_=second, to=first, reason="it leaks")
    box.commit("rollback", dict(back))
    ref, innocent = f"{UNIT}@v2", "aws/runtime-distilled@v1"
    with Repository(box.root) as repository:
        state = MainState.at(repository, "main", datetime.now(UTC))
        assert state.serving.quarantined == {second}
        assert f"{second} was rolled back" in state.why_unhealthy(second)
    for one in (ref, innocent):
        unit, _, version = one.partition("@v")
        assert codes(box, unit, int(version) + 1, one, quality=0.98) == ["E432"]
        assert codes(box, unit, int(version) + 1, one, quality=0.98, files=settings) == []
    box.commit("yank", {**event(4, kind="yank", version=ref, reason="it is the one that leaks")})
    assert codes(box, UNIT, 3, ref, quality=0.98, files=settings) == ["E431"]


def test_a_judged_experiment_is_released_once(box: RegistrySandbox) -> None:
    box.land(UNIT, 3, quality=0.98, track="experiment")
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.98) == []
    assert codes(box, "aws/runtime-distilled", 2, f"{UNIT}@v3", quality=0.98) == ["E432"]
    land_with(box, UNIT, 4, f"{UNIT}@v3", quality=0.98)
    assert codes(box, UNIT, 5, f"{UNIT}@v3", quality=0.99) == ["E432"]


def test_a_withdrawn_experiment_is_not_released(box: RegistrySandbox) -> None:
    box.land(UNIT, 3, quality=0.98, track="experiment")
    box.commit("yank", {**event(1, kind="yank", version=f"{UNIT}@v3", reason="it leaks")})
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.98) == ["E431"]


def test_the_bytes_of_a_refused_manifest_may_come_again(box: RegistrySandbox) -> None:
    box.land(UNIT, 3, quality=0.98, edit=lambda d: d["metrics"].update(quality=0.5))
    assert [one.judged.path for one in ledger_of(box).refused] == [f"manifests/{UNIT}/v3.yaml"]
    assert codes(box, UNIT, 4, f"{UNIT}@v3", quality=0.98) == []


def test_two_manifests_of_one_change_ship_two_artifacts(box: RegistrySandbox) -> None:
    box.branch("both")
    made: Document = {}
    box.ship(UNIT, 3, quality=0.98, edit=lambda document: made.update(document["artifact"]))
    artifact = {key: made[key] for key in ("format", "files")}

    def same(document: Document) -> None:
        document["artifact"].update(artifact)

    head = box.land("hf/policy-adapter", quality=0.98, edit=same)
    found = check(box, head).findings
    assert [finding.code for finding in found] == ["E433"]


def test_a_format_needs_weights_of_its_ending(box: RegistrySandbox) -> None:
    files = [{"path": "model.dat", "size": 7, "sha256": "b" * 64}]
    assert codes(box, UNIT, 3, f"{UNIT}@v2", quality=0.98, artifact={"files": files}) == ["E434"]


def test_the_fold_refuses_what_check_refuses(box: RegistrySandbox) -> None:
    """With all of main folded, and with a fold that goes on from the newest tag."""
    land_with(box, UNIT, 3, f"{UNIT}@v2", quality=0.98)
    with Repository(box.root) as repository:
        tip = box.git("rev-parse", "main")
        whole = fold_history(repository, tip, believes=lambda _: False)
        resumed = fold_history(repository, tip)
    assert resumed.resumed_from is not None
    assert whole.state == resumed.state
    for ledger in (whole, resumed):
        assert [f.code for one in ledger.refused for f in one.judged.findings] == ["E432"]
