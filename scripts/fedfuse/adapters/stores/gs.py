"""Artifacts in Cloud Storage: one object, at one generation, with the sha256 in its metadata.

Cloud Storage computes no sha256. The provider declares it as metadata `sha256`, which is bound to
the generation: new bytes are a new generation.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fedfuse.adapters.stores.store import Access, Held, Store, Stored, library
from fedfuse.errors import RemoteError
from fedfuse.model.manifest import Artifact

PUBLIC = "https://storage.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
_TIMEOUT_SECONDS = 60
_PUBLISH = "gcloud storage objects update gs://{at} --custom-metadata=sha256={{sha256}}"


def look(location: str, artifact: Artifact, _access: Access) -> Held | None:
    """The artifact's one object at a generation; None when there is no such generation.

    An object has its own generation, so an artifact is exactly one file; of more, none is found.
    Raises RemoteError when Cloud Storage cannot be asked or the library is not installed.
    """
    files, revision = artifact.files, artifact.revision
    if len(files) != 1 or not STORE.has_revision(revision):
        return None
    bucket, _, prefix = location.partition("/")
    name = f"{prefix}/{files[0].path}" if prefix else files[0].path
    asked = {"generation": revision, "fields": "size,generation,metadata"}
    answer = _answer(location, bucket, name, asked)
    if answer is None:
        return None
    about: dict[str, Any] = answer.json()
    try:
        stored = Stored(int(about["size"]), str(about.get("metadata", {}).get("sha256", "")))
        same = str(about["generation"]) == revision
        publish = _PUBLISH.format(at=f"{bucket}/{name}")
        return Held({files[0].path: stored}, revision, publish=publish) if same else None
    except (KeyError, ValueError, TypeError, AttributeError) as err:
        raise RemoteError(f"gs://{location}: Cloud Storage answered something unusable") from err


def read(location: str, revision: str, path: str, _access: Access) -> bytes:
    """The object of a file, at a generation or the newest. Raises RemoteError as `look` does."""
    bucket, _, prefix = location.partition("/")
    asked = {"alt": "media", **({"generation": revision} if revision else {})}
    answer = _answer(location, bucket, f"{prefix}/{path}".lstrip("/"), asked)
    if answer is None:
        raise RemoteError(f"gs://{location}/{path}: there is no such object")
    body: bytes = answer.content
    return body


def _answer(location: str, bucket: str, name: str, asked: Mapping[str, str]) -> Any:
    """What Cloud Storage says of an object; None when there is none."""
    url = f"{PUBLIC}/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
    auth, errors = _library("google.auth"), _library("google.auth.exceptions")
    transport, requests = _library("google.auth.transport.requests"), _library("requests")
    try:
        session = _session(auth, errors, transport, requests)
        answer = session.get(url, params=asked, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
    except (errors.GoogleAuthError, requests.RequestException) as err:
        raise RemoteError(
            f"gs://{location}: Cloud Storage cannot be asked ({type(err).__name__})",
            fix="check the network and the Google credentials, then try again",
        ) from err
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise RemoteError(
            f"gs://{location}: Cloud Storage answered {answer.status_code}",
            fix="give the check Google credentials with storage.objects.get on the bucket",
        )
    return answer


def _session(auth: Any, errors: Any, transport: Any, requests: Any) -> Any:
    """A session with the default credentials; a public bucket needs none."""
    try:
        credentials, _ = auth.default(scopes=[_SCOPE])
    except errors.DefaultCredentialsError:
        return requests.Session()
    return transport.AuthorizedSession(credentials)


def _library(name: str) -> Any:
    return library(name, scheme="gs://", libraries="google-auth and requests", extra=STORE.extra)


STORE = Store(
    scheme="gs://",
    form="gs://BUCKET/PATH",
    location=r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9](?:/[\w-][\w.=-]*)*/?",
    revision="[1-9][0-9]{0,19}",
    revision_is="the object generation, digits in quotes",
    revision_length=20,
    title="Google Cloud",
    digest="Cloud Storage computes no sha256: the provider declares it as metadata of the object.",
    look=look,
    read=read,
    provider="gcp",
    prefix="gs://{}-models/",
    provider_declares=True,
    extra="gcp",
    variables=("GCP_PROVIDER",),
)
