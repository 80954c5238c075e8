"""How workflows get to read the stores: real cloud libraries, a loopback GitHub that vouches."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from fedfuse.adapters.stores.roster import STORES
from fedfuse.adapters.stores.store import Store
from tests.support.registry import TOOL

ROLE = "arn:aws:iam::123456789012:role/fedfuse-reads"
PROVIDER = "projects/1/locations/global/workloadIdentityPools/github/providers/fedfuse"
WHO_AM_I = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
WHICH_GOOGLE = """\
import os, google.auth
file = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
credentials, _ = google.auth.load_credentials_from_file(file)
print(type(credentials).__module__, credentials.retrieve_subject_token(None))
"""
ANY = "import os; print(sorted(name for name in os.environ if name[:3] in ('AWS', 'GOO')))"


class _GitHub(BaseHTTPRequestHandler):
    """Answers a run that holds the right token with a token that names its audience."""

    def do_GET(self) -> None:
        may = self.headers["Authorization"] == "Bearer the-run"
        audience = parse_qs(urlsplit(self.path).query).get("audience", [""])[0]
        self.send_response(200 if may else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"value": f"jwt for {audience}"}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def github() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _GitHub) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token?api-version=2"
        server.shutdown()


def run(
    code: str, github: str, *, vouched: bool = True, endpoint: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python behind the script, as a step of a job that GitHub vouches for."""
    aws = {"AWS_ENDPOINT_URL": endpoint} if endpoint else {}
    return subprocess.run(
        [TOOL / ".github/actions/setup/with-stores", sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "ACTIONS_ID_TOKEN_REQUEST_URL": github,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "the-run" if vouched else "another",
            "STORES": json.dumps(variables),
            **aws,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_boto3_takes_the_role_that_the_variable_names(github: str) -> None:
    server = import_module("moto.server").ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    done = run(
        WHO_AM_I,
        github,
        AWS_ROLE_ARN=ROLE,
        AWS_DEFAULT_REGION="us-east-1",
        endpoint=f"http://{host}:{port}",
    )
    server.stop()
    assert done.stdout.startswith("arn:aws:sts::123456789012:assumed-role/fedfuse-reads/"), (
        done.stderr
    )


def test_google_auth_hands_on_what_github_says_of_the_run(github: str) -> None:
    done = run(WHICH_GOOGLE, github, GCP_PROVIDER=PROVIDER)
    said = f"google.auth.identity_pool jwt for https://iam.googleapis.com/{PROVIDER}\n"
    assert done.stdout == said, done.stderr


def test_a_cloud_without_a_variable_is_asked_by_nobody(github: str) -> None:
    done = run(ANY, github, AWS_ROLE_ARN="", AWS_DEFAULT_REGION="", GCP_PROVIDER="")
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_no_store_is_vouched_for_where_no_variable_is_set(github: str) -> None:
    code = "import os; print('STORES' in os.environ)"
    done = run(code, github)
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_the_script_knows_every_variable_that_a_store_names(store: Store) -> None:
    script = (TOOL / ".github/actions/setup/with-stores").read_text()
    assert all(name in script for name in store.variables if name != "HF_TOKEN")


def test_the_command_does_not_run_when_github_does_not_vouch(github: str) -> None:
    done = run(ANY, github, vouched=False, AWS_ROLE_ARN=ROLE)
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "401" in done.stderr


def test_the_exit_code_is_the_commands(github: str) -> None:
    assert run("raise SystemExit(1)", github).returncode == 1
