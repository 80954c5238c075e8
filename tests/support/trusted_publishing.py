"""Trusted publishing on loopback: Actions vouches for a job, and a Hub lends it a token."""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from fedfuse_demo.hub.routes import Answer, Request, as_json
from fedfuse_demo.hub.server import LoopbackHub
from tests.support.loopback import Loopback

ISSUER = "https://token.actions.githubusercontent.com"
_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
}
"""RFC 8693, section 2.1."""


class Actions(Loopback):
    """What a job on Actions asks for its identity; a context manager. Signs as GitHub does."""

    def __init__(self, **claims: str) -> None:
        self.asked: list[str] = []
        """The audience of every identity that was given out."""
        self._claims = claims
        self._request_token = secrets.token_hex()
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        super().__init__(_handler(self))

    @property
    def public_key(self) -> RSAPublicKey:
        """What everybody may know."""
        return self._key.public_key()

    def environment(self) -> Mapping[str, str]:
        """What a job finds that says `permissions: id-token: write`."""
        return {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.origin}/?v=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self._request_token,
        }

    def identity(self, authorization: str, audience: str) -> str:
        """The job's identity for an audience, signed; empty for who may not have it."""
        if authorization != f"Bearer {self._request_token}":
            return ""
        self.asked.append(audience)
        claims = {"iss": ISSUER, "aud": audience, "exp": time.time() + 300, **self._claims}
        signed = f"{_encoded({'alg': 'RS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        signature = self._key.sign(signed.encode(), PKCS1v15(), SHA256())
        return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class TrustingHub(LoopbackHub):
    """A Hub on which nobody holds a token, and one repository trusts jobs with certain claims."""

    def __init__(
        self, root: Path, *, repo: str, trusts: Mapping[str, str], key: RSAPublicKey
    ) -> None:
        super().__init__(root, token=secrets.token_hex())
        self.store.create(repo)
        self.lifetime_s = 3_600
        self.lent: list[str] = []
        """Every token so far; each opens this Hub."""
        self._repo, self._trusts, self._key = repo, trusts, key

    def answer(self, request: Request) -> Answer | None:
        """Exchange an identity for a token; anything else as the loopback Hub does."""
        if (request.method, request.path) != ("POST", "/oauth/token"):
            return super().answer(self._known(request))
        asked = json.loads(request.body)
        about = {"aud": request.endpoint, "iss": ISSUER, **self._trusts}
        claims = _claims(asked.pop("subject_token"), self._key)
        known = about.items() <= claims.items() and claims["exp"] > time.time()
        if not known or asked != {**_EXCHANGE, "resource": self._repo}:
            return as_json({"error": "invalid_grant"}, 400)
        lent = f"hf_jwt_{secrets.token_hex()}"
        self.lent.append(lent)
        expires = {"token_type": "bearer", "expires_in": self.lifetime_s}
        return as_json({"access_token": lent, **expires})

    def _known(self, request: Request) -> Request:
        """The request as the loopback Hub takes it, which knows one token."""
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if shown not in self.lent:
            return request
        headers = {**request.headers, "authorization": f"Bearer {self.token}"}
        return replace(request, headers=headers)


def _encoded(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _claims(token: str, key: RSAPublicKey) -> Mapping[str, Any]:
    """What a signed identity says; nothing when the signature is not the key's."""
    signed, _, signature = token.rpartition(".")
    try:
        key.verify(_decoded(signature), signed.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return {}
    claims: Mapping[str, Any] = json.loads(_decoded(signed.partition(".")[2]))
    return claims


def _handler(actions: Actions) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """HTTP/1.0: a connection per request."""

        def do_GET(self) -> None:
            (audience,) = parse_qs(urlsplit(self.path).query)["audience"]
            value = actions.identity(self.headers.get("Authorization", ""), audience)
            self.send_response(200 if value else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"count": len(value), "value": value}).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
