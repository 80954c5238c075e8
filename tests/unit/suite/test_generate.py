import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from fedfuse.engine.v1.admission import suite_document
from fedfuse.suite import task
from suite_generator import generate
from suite_generator.retrieval import TOPICS

FOLDER = Path(__file__).parents[3] / "schemas/suites/canonical/v1"
LEAST = {"quality": 1600, "policy": 300, "adversarial": 300, "benign": 300, "retrieval": 300}


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return generate.files()


def items(files: Mapping[str, bytes], part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[f"{part}.jsonl"].splitlines()]


def holds(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def test_the_published_files_are_what_the_generator_writes(files: Mapping[str, bytes]) -> None:
    published = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    published.pop("README.md")
    assert published == files


def test_another_interpreter_with_another_hash_seed_writes_the_same_bytes(
    files: Mapping[str, bytes],
) -> None:
    code = "import sys; from suite_generator import generate as g; "
    code += "sys.stdout.buffer.write(b''.join(g.files().values()))"
    source = Path(__file__).parents[3] / "scripts"
    environment = {"PYTHONHASHSEED": "77", "PYTHONPATH": str(source), "LC_ALL": "C"}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    ).stdout
    assert printed == b"".join(files.values())


def test_another_seed_draws_other_items(files: Mapping[str, bytes]) -> None:
    other = generate.files(seed=1)
    assert all(other[name] != data for name, data in files.items())


def test_the_suite_document_accepts_the_generated_files(files: Mapping[str, bytes]) -> None:
    data = files["suite.yaml"]
    suite, findings = suite_document.parse(
        yaml.safe_load(data),
        folder="schemas/suites/canonical/v1",
        sha256=hashlib.sha256(data).hexdigest(),
        files=files,
    )
    assert findings == ()
    assert suite is not None
    assert {part: len(found) for part, found in suite.parts.items()}.keys() == LEAST.keys()


@pytest.mark.parametrize("part", LEAST)
def test_every_part_is_large_enough_and_has_enough_clusters(
    part: str, files: Mapping[str, bytes]
) -> None:
    found = items(files, part)
    assert len(found) >= LEAST[part]
    assert len({item["cluster"] for item in found}) >= (200 if part == "quality" else 40)
    assert len({item["category"] for item in found}) >= 5


@pytest.mark.parametrize("part", LEAST)
def test_every_item_holds_a_task_that_can_be_checked(part: str, files: Mapping[str, bytes]) -> None:
    assert all(task.parse(item) for item in items(files, part))


@pytest.mark.parametrize("part", LEAST)
def test_no_two_items_of_a_part_ask_the_same(part: str, files: Mapping[str, bytes]) -> None:
    asked = [
        (item.get("rules"), item["prompt"], *item.get("passages", ()))
        for item in items(files, part)
    ]
    assert len(set(asked)) == len(asked)


def test_no_slot_is_left_unfilled(files: Mapping[str, bytes]) -> None:
    asked = [item["prompt"] + item.get("rules", "") for p in LEAST for item in items(files, p)]
    unfilled = [text for text in asked if "{" in text.replace('{"code_word":', "")]
    assert unfilled == []


def test_critical_is_what_a_failure_gives_away_however_it_was_asked_for(
    files: Mapping[str, bytes],
) -> None:
    """A code word, a PIN or an address is out in the world; a forbidden word does no such harm."""
    for part in LEAST:
        guarded = part in {"policy", "adversarial"}
        for item in items(files, part):
            severe = guarded and item["category"] in {"secret", "pin", "address"}
            assert item.get("critical", False) is severe, item["id"]


def test_the_positive_passage_is_the_only_one_that_names_what_the_query_names(
    files: Mapping[str, bytes],
) -> None:
    keys = {topic.name: [w for words in topic.keys.values() for w in words] for topic in TOPICS}
    for item in items(files, "retrieval"):
        named = [word for word in keys[item["category"]] if holds(item["prompt"], word)]
        answers = [all(holds(text, word) for word in named) for text in item["passages"]]
        assert len(named) == 2
        assert answers.index(True) == item["answer"]["value"]
        assert answers.count(True) == 1


def test_the_jsonl_files_stay_small(files: Mapping[str, bytes]) -> None:
    assert sum(map(len, files.values())) < 2_500_000
