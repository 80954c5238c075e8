"""The only speaker of huggingface_hub: one repository on a Hub, read and written safely.

Importing this module loads the client (half a second): import it where a Hub is spoken to.
"""

import logging
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice

import httpx2
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    constants,
    get_session,
    hf_hub_url,
    set_client_factory,
)
from huggingface_hub.errors import (
    HfHubHTTPError,
    OIDCError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile, RepoFolder
from huggingface_hub.utils import (  # type: ignore[attr-defined] # documented, re-exported
    build_hf_headers,
    disable_progress_bars,
    hf_raise_for_status,
)

from fedfuse.errors import RemoteError
from fedfuse.model.mirror import MAIN, Attempt, FileId, Refs

_STORAGE = (".hf.co", ".huggingface.co")
_TIMEOUT_SECONDS = 60.0
_MAX_LISTED = 5_000
_PATHS_PER_REQUEST = 500
_TOKEN_FIX = "set HF_TOKEN to a token that may write there (https://huggingface.co/settings/tokens)"  # noqa: S105 - advice, no token
_IDENTITY_FIX = "give the job `permissions: id-token: write`, or unset HF_OIDC_RESOURCE"
_TRUST_FIX = (
    "let HF_OIDC_RESOURCE name a repository of the Hub whose Trusted Publishers have this job"
)
_EXCHANGE = "/oauth/token"


class Hub:
    """One model repository on a Hub. A mirror target, a bundle source, a store of artifacts.

    Every method raises RemoteError, with a fix where there is one, when the Hub cannot be reached
    or refuses; no exception of the client leaves this module.
    """

    def __init__(self, repo: str, *, endpoint: str, token: str | None = None) -> None:
        """`token` None leaves it to the client: HF_TOKEN, a saved login, or trusted publishing."""
        _calm_client()
        self._repo = repo
        self._endpoint = endpoint.rstrip("/")
        self._token = token
        self._api = HfApi(endpoint=self._endpoint, token=token)

    @property
    def name(self) -> str:
        """`hf://owner/name`."""
        return f"hf://{self._repo}"

    def refs(self) -> Refs | None:
        """The head of main and all tags; None when there is no such repository to be seen."""
        with self._reading():
            try:
                refs = self._api.list_repo_refs(self._repo)
            except RepositoryNotFoundError:
                return None
            heads = {branch.name: _text(branch.target_commit) for branch in refs.branches}
            tags = {_text(tag.name): _text(tag.target_commit) for tag in refs.tags}
            return Refs(heads[MAIN], tags)

    def tree(self, revision: str) -> Mapping[str, FileId]:
        """Every file of a commit, a tag or a branch. Raises RemoteError beyond 5,000 entries."""
        with self._reading():
            listing = self._api.list_repo_tree(self._repo, recursive=True, revision=revision)
            entries = list(islice(listing, _MAX_LISTED + 1))
        if len(entries) > _MAX_LISTED:
            raise RemoteError(f"{self.name} holds more than {_MAX_LISTED} files at {revision}")
        with self._reading():
            return _file_ids(entries)

    def files(self, revision: str, paths: Sequence[str]) -> Mapping[str, FileId] | None:
        """Those of the paths that exist; None when the repository or the revision does not."""
        found: list[RepoFile | RepoFolder] = []
        with self._reading():
            try:
                for start in range(0, len(paths), _PATHS_PER_REQUEST):
                    part = list(paths[start : start + _PATHS_PER_REQUEST])
                    found += self._api.get_paths_info(self._repo, part, revision=revision)
            except (RepositoryNotFoundError, RevisionNotFoundError) as err:
                if err.response.status_code != 404:  # the client takes a refusal for an absence
                    raise self._refusal(err.response.status_code) from err
                return None
            return _file_ids(found)

    def read(self, revision: str, path: str, *, limit: int) -> bytes:
        """One file. Raises RemoteError when it is longer than `limit` bytes."""
        url = hf_hub_url(self._repo, path, revision=revision, endpoint=self._endpoint)
        body = b""
        with self._reading(), get_session().stream("GET", url, headers=self._plain()) as response:
            hf_raise_for_status(response)
            for part in response.iter_bytes():
                body += part
                if len(body) > limit:
                    raise RemoteError(f"{self.name}: {path} is longer than {limit} bytes")
        return body

    def create(self) -> None:
        """Create the repository; that it exists by now is fine."""
        with self._reading():
            self._api.create_repo(self._repo, exist_ok=True)

    def prove_access(self) -> None:
        """Raises RemoteError, with the fix, when this process may not write."""
        with self._reading():
            self._api.auth_check(self._repo, write=True)

    def commit(
        self, *, parent: str, writes: Mapping[str, bytes], deletes: Sequence[str], message: str
    ) -> Attempt:
        """Commit onto main if its head is still `parent`.

        One path must change: the client skips an empty commit, and the comparison with it.
        """
        operations: list[CommitOperationAdd | CommitOperationDelete] = [
            CommitOperationAdd(path, body) for path, body in sorted(writes.items())
        ]
        operations += [CommitOperationDelete(path) for path in deletes]
        return self._attempt(
            lambda: str(
                self._api.create_commit(
                    self._repo, operations, commit_message=message, parent_commit=parent
                ).oid
            )
        )

    def tag(self, name: str, commit: str) -> Attempt:
        """Create a tag; one that exists is never moved (`exist_ok` would hide where it points)."""

        def create() -> str:
            self._api.create_tag(self._repo, tag=name, revision=commit)
            return commit

        return self._attempt(create)

    def _attempt(self, write: Callable[[], str]) -> Attempt:
        with self._reading():
            try:
                return Attempt(write())
            except HfHubHTTPError as err:
                status = err.response.status_code
                if status in {409, 412} or status >= 500:
                    return Attempt(problem=f"the Hub answered {status}")
                raise
            except httpx2.TransportError as err:
                return Attempt(problem=f"the Hub's answer was lost ({type(err).__name__})")

    def _plain(self) -> Mapping[str, str]:
        return {**build_hf_headers(token=self._token), "Accept-Encoding": "identity"}

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except HfHubHTTPError as err:
            status = err.response.status_code
            if status < 500 and err.response.url.path == _EXCHANGE:
                what = f"{self.name}: the Hub does not trust this job ({status})"
                raise RemoteError(what, fix=_TRUST_FIX) from err
            raise self._refusal(status) from err
        except OIDCError as err:
            what = f"{self.name}: this job may not say who it is, which HF_OIDC_RESOURCE asks for"
            raise RemoteError(what, fix=_IDENTITY_FIX) from err
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, RuntimeError) as err:
            # the client wraps a failed upload of a large file in a RuntimeError
            cause = type(err.__cause__ or err).__name__
            raise RemoteError(
                f"{self.name}: {self._endpoint} cannot be reached or broke off ({cause})",
                fix="check the network and try again",
            ) from err
        except (ValueError, LookupError, TypeError, AttributeError) as err:
            raise RemoteError(
                f"{self.name}: the Hub and its client do not understand each other: {err!r:.200}"
            ) from err

    def _refusal(self, status: int) -> RemoteError:
        if status in {401, 403}:
            shown = "the given token" if self._token else "this login"
            return RemoteError(f"{self.name}: the Hub refuses {shown} ({status})", fix=_TOKEN_FIX)
        if status == 404:
            return RemoteError(f"{self.name}: no such repository, revision or file")
        return RemoteError(f"{self.name}: the Hub answered {status}", fix="try again later")


def _file_ids(entries: Sequence[RepoFile | RepoFolder]) -> Mapping[str, FileId]:
    return {
        _text(entry.path): FileId(
            _text(entry.blob_id),
            operator.index(entry.size),
            _text(entry.lfs.sha256) if entry.lfs else "",
        )
        for entry in entries
        if isinstance(entry, RepoFile)
    }


def _text(value: object) -> str:
    """The value, which the client passes on as the Hub wrote it. Raises TypeError for no text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.80} is no text")
    return value


@cache
def _calm_client() -> None:
    """Make the client silent, bounded in time, and loyal to the host it was sent to."""
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_XET = True
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    disable_progress_bars()
    set_client_factory(
        lambda: httpx2.Client(
            event_hooks={"request": [_refuse_offline], "response": [_stay_on_host]},
            follow_redirects=True,
            timeout=_TIMEOUT_SECONDS,
            mounts={"all://127.0.0.1": None},  # a proxy of the environment is not for loopback
        )
    )


def _refuse_offline(_: httpx2.Request) -> None:
    if constants.is_offline_mode():
        raise RemoteError("HF_HUB_OFFLINE forbids speaking to the Hub", fix="unset HF_HUB_OFFLINE")


def _stay_on_host(response: httpx2.Response) -> None:
    if not response.has_redirect_location:
        return
    here, there = response.url, response.url.join(response.headers["Location"])
    same_host = (here.scheme, here.host, here.port) == (there.scheme, there.host, there.port)
    if not same_host and not (there.scheme == "https" and there.host.endswith(_STORAGE)):
        raise RemoteError(f"the Hub redirects to another host, {there.host!r:.100}: not followed")
