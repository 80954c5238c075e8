"""Secrets and raw data in files that everyone may read: found by their shape, never printed.

Every pattern begins with fixed text or takes each character a bounded number of times, so that
scanning takes time linear in the size of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from fedfuse.model.finding import Finding


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one kind of secret or raw data looks like."""

    what: str
    needles: tuple[str, ...]
    """In lower case; a file without any of them is not searched further. None: always search."""
    pattern: re.Pattern[str]
    code: str = "E340"
    line: int = 0
    """Length of the shortest line that can hold it; a file without such a line is not searched."""


def _shape(what: str, needles: str, pattern: str, *, code: str = "E340", line: int = 0) -> _Shape:
    # ASCII: which other letters there are depends on the version of Python.
    compiled = re.compile(pattern, re.MULTILINE | re.ASCII)
    return _Shape(what, tuple(needles.split()), compiled, code, line)


_FIELD_NAMES = (
    "private_key private_key_id client_secret secret_access_key aws_secret_access_key access_token "
    "refresh_token auth_token api_key apikey password passwd passphrase"
)
_SHAPES = (
    _shape("a Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,64}"),
    _shape("a GitHub token", "gho_ ghp_ ghr_ ghs_ ghu_", r"\bgh[oprsu]_[A-Za-z0-9]{30,255}"),
    _shape("a GitHub token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{30,255}"),
    _shape("a GitLab token", "glpat-", r"\bglpat-[A-Za-z0-9_-]{20,64}"),
    _shape("an AWS access key", "akia asia", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    _shape("a Google API key", "aiza", r"\bAIza[A-Za-z0-9_-]{35}"),
    _shape("a Google access token", "ya29.", r"\bya29\.[A-Za-z0-9_-]{20,512}"),
    _shape("a Google client secret", "gocspx-", r"\bGOCSPX-[A-Za-z0-9_-]{20,64}"),
    _shape("an API key", "sk-", r"\bsk-(?:ant-|proj-|live-)?[A-Za-z0-9_]{20,256}"),
    _shape("a Slack token", "xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,256}"),
    _shape("a PyPI token", "pypi-", r"\bpypi-[A-Za-z0-9_-]{40,512}"),
    _shape("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36,64}"),
    _shape("a JSON web token", "eyj", r"\beyJ[A-Za-z0-9_-]{8,512}\.eyJ[A-Za-z0-9_-]{8,512}"),
    _shape("a PEM block", "-----begin", r"-----BEGIN [A-Z0-9 ]{1,40}-----"),
    _shape(
        "a presigned url",
        "signature= sig=",
        r"[?&](?:[Xx]-(?:[Aa]mz|[Gg]oog)-)?(?:[Ss]ignature|sig)=",
    ),
    _shape("a password in a url", "://", r"://[^\s/@:]{1,64}:[^\s/@]{1,128}@"),
    _shape(
        "a field for secrets",
        _FIELD_NAMES,
        rf"(?i)\b(?:{'|'.join(_FIELD_NAMES.split())})[\"']?[ ]{{0,8}}[:=]",
    ),
    _shape(
        "an e-mail address",
        "@",
        r"(?<=[A-Za-z0-9._%+-])@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,24}\b",
        code="E341",
    ),
    _shape(
        "a block of base64", "", r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{120,}", code="E341", line=120
    ),
    _shape(
        "lines of base64",
        "",
        r"(?:^[ ]{0,64}[A-Za-z0-9+/]{40,120}={0,2}\n){2}",
        code="E341",
        line=40,
    ),
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
    lowered, longest = text.lower(), max(map(len, text.split("\n")))
    for shape in _SHAPES:
        if shape.needles and not any(needle in lowered for needle in shape.needles):
            continue
        if longest < shape.line:
            continue
        for match in islice(shape.pattern.finditer(text), _MAX_FINDINGS):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            yield Finding(
                path,
                line,
                column,
                shape.code,
                f"this looks like {shape.what}",
                expected="metrics, digests and names",
                found=f"{shape.what}, {len(match[0])} characters",
                fix=_FIXES[shape.code],
            )
