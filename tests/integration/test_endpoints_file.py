"""endpoints.yaml: what a node may be told, and that no token in it is ever repeated."""

import re
from pathlib import Path

import pytest

from fedfuse.adapters import endpoints_file
from fedfuse.adapters.endpoints_file import Endpoint, TokenSource, is_loopback
from fedfuse.errors import FedfuseError, RefusedError, UsageError
from tests.support.corpus import cases, content, name, read

CASES = cases("endpoints")
WHOLE = """
apiVersion: fedfuse/v1
kind: Endpoints
endpoints:
  - url: http://127.0.0.1:8000
    token: {env: LOCAL}
  - {url: "https://models.example.com/v1/", token: {file: secret/token}, timeout_seconds: 5}
  - url: https://other.example.com/a/v1
    token: {command: [gcloud, token]}
    serves: {acme/x-v2: m}
configs: {acme/policy-v2: artifacts/policy}
"""


@pytest.mark.parametrize("path", CASES, ids=name)
def test_each_bad_file_is_one_line_that_repeats_nothing_of_it(tmp_path: Path, path: Path) -> None:
    case, file = read(path), tmp_path / "endpoints.yaml"
    file.write_bytes(content(case.bad))
    with pytest.raises(RefusedError) as refused:
        endpoints_file.read(file)
    what = refused.value.what
    place = re.fullmatch(rf"{re.escape(str(file))}:?([0-9:]*): .* \((E[0-9]+)\)", what)
    assert place, what
    assert case.expect == (f"{place[2]} {place[1]}".strip(),)
    assert "FAKE" not in what + refused.value.fix
    assert refused.value.fix


@pytest.mark.parametrize("path", CASES, ids=name)
def test_the_good_twin_of_each_bad_file_is_read(tmp_path: Path, path: Path) -> None:
    (tmp_path / "endpoints.yaml").write_bytes(content(read(path).good))
    assert endpoints_file.read(tmp_path / "endpoints.yaml").servers


def test_a_file_says_where_each_server_is_and_relative_paths_begin_beside_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "endpoints.yaml").write_text(WHOLE)
    found = endpoints_file.read(tmp_path / "endpoints.yaml")
    assert found.servers == (
        Endpoint("http://127.0.0.1:8000/v1", TokenSource(env="LOCAL")),
        Endpoint(
            "https://models.example.com/v1",
            TokenSource(file=tmp_path / "secret/token"),
            timeout_seconds=5,
        ),
        Endpoint(
            "https://other.example.com/a/v1",
            TokenSource(command=("gcloud", "token")),
            {"acme/x-v2": "m"},
        ),
    )
    assert found.configs == {"acme/policy-v2": tmp_path / "artifacts/policy"}
    assert [one.is_loopback for one in found.servers] == [True, False, False]


def test_a_file_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        endpoints_file.read(tmp_path / "endpoints.yaml")
    assert isinstance(refused.value, FedfuseError)
    assert "fedfuse serve --help" in refused.value.fix


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.b", False)],  # noqa: S104 - not bound
)
def test_only_this_machine_is_loopback(host: str, *, is_here: bool) -> None:
    assert is_loopback(host) is is_here
