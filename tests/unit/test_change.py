import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedfuse.engine.v1.shape import shape_findings, shape_of
from fedfuse.model.change import Change, Shape, data_file, in_add_only_tree, size_limit

MANIFEST = "manifests/hf/textgen-lora/v3.yaml"
EVIDENCE = "manifests/hf/textgen-lora/v3.evidence.csv"


def change(path: str, status: str = "A", mode: str = "100644") -> Change:
    return Change(status, path, "000000", mode, "0" * 40, "a" * 40)


def codes(*changes: Change) -> list[str]:
    return [f.code for f in shape_findings(changes)]


def test_a_manifest_with_its_evidence_is_a_legal_change() -> None:
    assert codes(change(MANIFEST), change(EVIDENCE)) == []
    assert shape_of((change(MANIFEST),)) is Shape.MANIFEST


def test_a_tool_change_may_hold_code_and_executable_scripts() -> None:
    assert codes(change("scripts/demo", mode="100755"), change("README.md", "M")) == []


def test_readmes_and_the_checklist_are_no_part_of_add_only_trees() -> None:
    free = ("manifests/README.md", "manifests/hf/README.md", "releases/checklist.yaml")
    assert codes(*(change(path, "M") for path in free)) == []
    assert shape_of((change("manifests/README.md"),)) is Shape.TOOL


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (["E201"], []),
        (["E206"], [change(MANIFEST, "M")]),
        (["E206"], [change("schemas/contract/embed/v1.json", "M")]),
        (["E206"], [change(MANIFEST, "T", "120000"), change(EVIDENCE)][:1]),
        (["E207"], [change(MANIFEST, "D", "000000")]),
        (["E207"], [change("schemas/suites/canonical/v1/suite.yaml", "D", "000000")]),
        (["E205"], [change(MANIFEST, mode="120000")]),
        (["E205"], [change(MANIFEST, mode="100755")]),
        (["E205"], [change("vendor", mode="160000")]),
        (["E205"], [change("scripts/x", mode="120000")]),
        (["E213"], [change(".gitattributes")]),
        (["E213"], [change("scripts/.GIT/config")]),
        (["E213"], [change("manifests/../x")]),
        (["E204"], [change("scripts/--output=x.yaml")]),
        (["E204"], [change("scripts/evil\nname")]),
        (["E204"], [change("scripts/con.txt")]),
        (["E204"], [change("scripts/\udcff")]),
        (["E204"], [change("manifests/hf/Textgen/v1.yaml")]),
        (["E208"], [change("manifests/hf/textgen-lora/v01.yaml")]),
        (["E208"], [change("manifests/hf/textgen-lora/notes.txt")]),
        (["E208"], [change("manifests/hf/textgen-lora/deep/v1.yaml")]),
        (["E208"], [change("manifests/hf/evaluations/v1.yaml")]),
        (["E202"], [change(MANIFEST), change("registry.yaml", "M")]),
        (["E202"], [change(MANIFEST), change(".github/workflows/check.yml", "M")]),
        (["E202"], [change("releases/events/0001.yaml"), change("README.md", "M")]),
        (["E203"], [change("manifests/aws/x/v1.yaml"), change("manifests/hf/y/v1.yaml")]),
        (["E214"], [change("releases/events/0001.yaml"), change("releases/events/0002.yaml")]),
        (["E215"], [change("releases/acme-ai-federated-v1.0.0.json")]),
        (["E212"], [change("scripts/A.py"), change("scripts/a.py")]),
        (["E209"], [change(f"scripts/f{n}.py") for n in range(3001)]),
        (["E209"], [change(f"manifests/hf/u{n}/v1.yaml") for n in range(13)]),
    ],
)
def test_an_illegal_change_is_named_by_its_code(expected: list[str], changes: list[Change]) -> None:
    assert codes(*changes) == expected


def test_the_fix_for_a_changed_manifest_names_the_next_version() -> None:
    (finding,) = shape_findings((change(MANIFEST, "M"),))
    assert "manifests/hf/textgen-lora/v4.yaml" in finding.fix


def test_the_fix_for_a_changed_event_is_the_next_event() -> None:
    (finding,) = shape_findings((change("releases/events/0002.yaml", "M"),))
    assert finding.fix == "restore it; what should change from now on is the next event"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("manifests/hf/textgen-lora/v01.yaml", "v<n>.yaml"),
        ("releases/events/6.yaml", "events/NNNN.yaml"),
        ("schemas/contract/embed/one.json", "<role>/v<n>.json"),
        ("schemas/suites/canonical/v1/notes.txt", "suite.yaml"),
    ],
)
def test_a_name_that_is_not_known_is_told_those_of_its_own_tree(path: str, names: str) -> None:
    (finding,) = (one for one in shape_findings((change(path),)) if one.code == "E208")
    assert names in finding.expected


def test_a_finding_about_a_hostile_name_is_one_printable_line() -> None:
    (finding,) = shape_findings((change("scripts/a\nb\r\x1b[2J\udcff"),))
    assert finding.path.isascii()
    assert finding.path.isprintable()


def test_a_path_tells_its_owner_unit_and_version() -> None:
    known = data_file(EVIDENCE)
    assert known is not None
    assert (known.kind, known.owner, known.unit, known.version) == (
        "evidence",
        "hf",
        "textgen-lora",
        3,
    )


@given(st.text(max_size=60))
def test_every_known_data_file_lies_in_an_add_only_tree_and_has_a_limit(tail: str) -> None:
    for path in (tail, f"manifests/{tail}", f"releases/{tail}", f"schemas/contract/{tail}"):
        if data_file(path) is not None:
            assert in_add_only_tree(path)
            assert size_limit(path)


@given(st.lists(st.text(max_size=40).map(change), max_size=8))
def test_judging_paths_never_raises_and_is_sorted(changes: list[Change]) -> None:
    found = shape_findings(tuple(changes))
    assert list(found) == sorted(found)
