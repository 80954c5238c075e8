"""Every file of the registry is valid. Every registry has this test: `fedfuse init` copies it."""

from pathlib import Path

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.checking.validate import validate


def test_every_file_of_this_registry_is_valid() -> None:
    read, findings = validate(WorkTree(Path(__file__).resolve().parents[1]), paths=())
    assert findings == ()
    assert read > 1
