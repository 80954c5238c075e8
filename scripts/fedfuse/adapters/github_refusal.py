"""What it means that GitHub refuses a request, and what to do about it."""

import json
from typing import Any

from fedfuse.errors import RemoteError

TOKEN_FIX = "export GITHUB_TOKEN=$(gh auth token)"  # noqa: S105 - advice, no token
_MAX_SAID = 200


def refusal(host: str, what: str, response: Any) -> RemoteError:
    """The error for a response that is no success; `what` is the request, as messages call it.

    What GitHub says is quoted as one short line of ASCII.
    """
    status = response.status_code
    if status == 401:
        return RemoteError(f"{host} refuses the token (HTTP 401)", fix=TOKEN_FIX)
    if status == 403:
        needed = _shown(response.headers.get("x-accepted-github-permissions", ""))
        fix = f"give the token one of: {needed}" if needed else "use a token that may do this"
        return RemoteError(f"{host} forbids {what}: {_said(response)}", fix=fix)
    if status == 404:
        return RemoteError(
            f"{host} has nothing at {what}, or hides it from this token",
            fix="correct the repository's name, or use a token that may see it",
        )
    if response.has_redirect_location:
        return RemoteError(f"{host} has moved {what}", fix="use the repository's new name")
    return RemoteError(f"{host} refuses {what} (HTTP {status}): {_said(response)}")


def already_exists(response: Any) -> bool:
    """Whether a create was refused because the thing is there."""
    said = response.text
    return response.status_code == 422 and ("already_exists" in said or "already exists" in said)


def _said(response: Any) -> str:
    try:
        return _shown(str(response.json()["message"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return "no reason given"


def _shown(text: str) -> str:
    return json.dumps(text[:_MAX_SAID])[1:-1]
