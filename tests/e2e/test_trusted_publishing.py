"""`fedfuse mirror` without any secret: the Hub trusts the workflow that GitHub vouches for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from tests.support import published_registry
from tests.support.mirrors import REPO
from tests.support.published_registry import FIRST, SECOND
from tests.support.registry import TOOL
from tests.support.trusted_publishing import Actions, TrustingHub

JOB = {
    "repository": "acme/registry",
    "environment": "hub",
    "workflow_ref": "acme/registry/.github/workflows/release.yml@refs/heads/main",
}


@dataclass
class Job:
    """The mirror job of a registry with two releases, on a machine that knows no token."""

    clone: Path
    actions: Actions
    hub: TrustingHub

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run what the job runs, with the variables of release.yml and these."""
        return subprocess.run(
            (sys.executable, "-m", "fedfuse", "mirror"),
            cwd=self.clone,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.clone.parent),
                "PYTHONPATH": str(TOOL / "scripts"),
                "HF_ENDPOINT": self.hub.endpoint,
                "HF_TOKEN": "",  # a secret that is not set is an empty variable
                "HF_OIDC_RESOURCE": REPO,
                **self.actions.environment(),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def mirrored(self) -> set[str]:
        """The releases that the Hub has, as anybody sees them."""
        api = HfApi(endpoint=self.hub.endpoint, token=False)
        return {tag.name for tag in api.list_repo_refs(REPO).tags}


@pytest.fixture
def job(
    request: pytest.FixtureRequest, originals: dict[str, Path], tmp_path: Path
) -> Iterator[Job]:
    """A job with the claims of the test's parameter instead of its own."""
    claims = {**JOB, **getattr(request, "param", {})}
    with Actions(**claims) as actions:
        key = actions.public_key
        with TrustingHub(tmp_path / "hub", repo=REPO, trusts=JOB, key=key) as hub:
            yield Job(published_registry.copy(originals["hub"], tmp_path).root, actions, hub)


def test_the_job_publishes_with_one_token_that_it_got_for_its_identity(job: Job) -> None:
    done = job.run()
    assert done.returncode == 0, done.stderr
    assert job.mirrored() == {FIRST, SECOND}
    assert job.actions.asked == [job.hub.endpoint], "an identity for nobody but this Hub"
    (token,) = job.hub.lent
    assert token not in done.stdout + done.stderr
    assert job.run().returncode == 0
    assert len(job.hub.lent) == 2, "no run keeps a token"


def test_a_job_that_outlives_its_token_gets_another(job: Job) -> None:
    job.hub.lifetime_s = 300  # the client asks anew five minutes before the end
    assert job.run().returncode == 0
    assert len(job.hub.lent) > 2
    assert job.mirrored() == {FIRST, SECOND}


def test_the_identity_counts_even_where_a_stale_secret_is_left(job: Job) -> None:
    assert job.run(HF_TOKEN="hf_stale").returncode == 0  # noqa: S106 - opens nothing
    assert job.mirrored() == {FIRST, SECOND}


@pytest.mark.parametrize(
    "job",
    [
        {"repository": "mallory/registry"},
        {"environment": "release"},
        {"workflow_ref": "acme/registry/.github/workflows/check.yml@refs/heads/main"},
        {"aud": "https://elsewhere.invalid"},
    ],
    indirect=True,
    ids=lambda claims: next(iter(claims)),
)
def test_another_job_gets_no_token_and_is_told_where_trust_is_given(job: Job) -> None:
    assert_refused(job, job.run(), "does not trust this job (400)", "Trusted Publishers")


def test_another_repository_is_not_opened(job: Job) -> None:
    assert_refused(job, job.run(HF_OIDC_RESOURCE="acme/other"), "does not trust this job (400)")


def test_a_job_that_may_not_say_who_it_is_is_told_the_permission(job: Job) -> None:
    done = job.run(ACTIONS_ID_TOKEN_REQUEST_URL="", ACTIONS_ID_TOKEN_REQUEST_TOKEN="")
    assert_refused(job, done, "this job may not say who it is", "id-token: write")


def assert_refused(job: Job, done: subprocess.CompletedProcess[str], *said: str) -> None:
    """Nothing was published, and the reader knows why and what to do."""
    assert done.returncode == 3, done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines()[-2:]] == ["error", "fix"]
    assert all(words in done.stderr for words in said), done.stderr
    assert (job.hub.lent, job.mirrored()) == ([], set())
