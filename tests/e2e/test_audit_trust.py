"""What a plain `fedfuse audit` believes of a chain of tags, and what only a replay finds."""

from typing import Any

import pytest

from tests.support import forged_tags
from tests.support.audits import audited, audited_alone
from tests.support.cli_runner import fedfuse
from tests.support.published_registry import NAME, THIRD
from tests.support.registry import RegistrySandbox

FORGED, AFTER = f"{NAME}-v1.0.3", f"{NAME}-v1.0.4"
REFUSED = "gcp/embedder@v2"


def refused(box: RegistrySandbox, *options: str) -> list[str]:
    """The manifests that an audit says main holds though they were not admitted."""
    done = fedfuse(box.root, "audit", "--format", "json", "--ref", "main", "--offline", *options)
    found: list[str] = done.json()["refused"]
    return found


@pytest.fixture
def forged(box: RegistrySandbox) -> RegistrySandbox:
    """A perfect tag object whose record admits a manifest that the gates refused."""
    before = box.git("rev-parse", THIRD)
    commit = box.land("gcp/embedder", 2, quality=0.5)
    assert refused(box) == [REFUSED]

    def admit(record: dict[str, Any]) -> None:
        record["previous"] = {"release": THIRD, "tag_object": before}
        record["release"], record["version"], record["commit"] = FORGED, "1.0.3", commit
        record["units"]["gcp/embedder"] |= {"member": 2}
        record["admissions"]["gcp/embedder"] += "rAAAA"
        record["verdicts"] = {REFUSED: []}

    forged_tags.forge(box, FORGED, admit, source=THIRD)
    return box


def test_a_plain_audit_refutes_a_newest_tag_that_admits_a_refused_manifest(
    forged: RegistrySandbox,
) -> None:
    assert audited_alone(forged) == [(FORGED, "E805")]
    assert refused(forged) == [REFUSED]


def test_only_the_remote_or_a_replay_refutes_a_forged_tag_that_a_true_release_was_made_on(
    forged: RegistrySandbox,
) -> None:
    forged.land("hf/textgen-lora", 3, quality=0.97)
    done = fedfuse(forged.root, "release", "--remote", "", "--ref", "main", "--no-mirror")
    assert done.code == 0, done
    assert audited_alone(forged) == []
    assert refused(forged) == []
    assert audited(forged) == [(FORGED, "E809"), (AFTER, "E809")]
    assert audited(forged, "--offline", "--replay") == [(FORGED, "E805"), (AFTER, "E805")]
    assert refused(forged, "--replay") == [REFUSED]
