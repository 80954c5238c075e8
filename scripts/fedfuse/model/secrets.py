"""Secrets and raw data in files that everyone may read: found by their shape, never printed.

Every pattern begins with fixed text or runs over each character a bounded number of times, so that
scanning takes time linear in the size of the file.
"""

import re
from collections.abc import Iterator
from itertools import islice

from fedfuse.model.finding import Finding

_TOKENS: tuple[tuple[str, str], ...] = (
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,64}"),
    ("a GitHub token", r"\bgh[oprsu]_[A-Za-z0-9]{30,255}|\bgithub_pat_[A-Za-z0-9_]{30,255}"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,64}"),
    ("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a Google access token", r"\bya29\.[A-Za-z0-9_-]{20,512}"),
    ("a Google client secret", r"\bGOCSPX-[A-Za-z0-9_-]{20,64}"),
    ("an API key", r"\bsk-(?:ant-|proj-|live-)?[A-Za-z0-9_]{20,256}"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,256}"),
    ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{40,512}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36,64}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{8,512}\.eyJ[A-Za-z0-9_-]{8,512}"),
    ("a PEM block", r"-----BEGIN [A-Z0-9 ]{1,40}-----"),
    ("a presigned url", r"[?&](?i:X-Amz-Signature|X-Goog-Signature|Signature|sig)="),
    ("a password in a url", r"://[^\s/@:]{1,64}:[^\s/@]{1,128}@"),
)
_NAMES = (
    r"(?i)\b(?:private_key(?:_id)?|client_secret|aws_secret_access_key|secret_access_key|"
    r"access_token|refresh_token|auth_token|api_?key|passw(?:or)?d|passphrase)"
    r"[\"']?[ ]{0,8}[:=]"
)
"""Names of fields that hold secrets, as keys of YAML, JSON or shell."""
_RAW: tuple[tuple[str, str], ...] = (
    ("an e-mail address", r"(?<=[A-Za-z0-9._%+-])@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,24}\b"),
    ("a block of base64", r"[A-Za-z0-9+/]{120,}"),
    ("lines of base64", r"(?:^[ ]{0,64}[A-Za-z0-9+/]{40,120}={0,2}\n){2}"),
)
_PATTERNS = tuple(
    (code, what, re.compile(pattern, re.MULTILINE))
    for code, what, pattern in (
        *(("E340", what, pattern) for what, pattern in _TOKENS),
        ("E340", "a field for secrets", _NAMES),
        *(("E341", what, pattern) for what, pattern in _RAW),
    )
)
_FIXES = {
    "E340": "revoke it, then remove it from every commit of the branch",
    "E341": "remove it from every commit of the branch; only metrics and digests travel",
}
_MAX_FINDINGS = 20
"""Of one kind in one file."""


def scan(data: bytes, path: str) -> tuple[Finding, ...]:
    """Everything in a file that looks like a secret or like raw data, in order of place.

    What was found is described and never repeated, since findings are published. Never raises.
    """
    text = data.decode("utf-8", "replace")
    return tuple(sorted(set(_findings(text, path))))


def _findings(text: str, path: str) -> Iterator[Finding]:
    for code, what, pattern in _PATTERNS:
        for match in islice(pattern.finditer(text), _MAX_FINDINGS):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            yield Finding(
                path,
                line,
                column,
                code,
                f"this looks like {what}",
                expected="metrics, digests and names",
                found=f"{what}, {len(match[0])} characters",
                fix=_FIXES[code],
            )
