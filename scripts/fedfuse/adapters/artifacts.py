"""Compares an artifact with its store: every file, at the manifest's revision, byte for byte."""

import re
from dataclasses import dataclass
from pathlib import Path

from fedfuse.adapters.stores import folder
from fedfuse.adapters.stores.stored import Held, Stored
from fedfuse.model.codes.artifact import (
    FILE_DIGEST,
    FILE_MISSING,
    FILE_SIZE,
    FOLDER_REVISION,
    NO_DIGEST,
    NOT_FOUND,
    NOT_PLAIN,
    UNREADABLE_URI,
)
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Artifact, ArtifactFile, Manifest

PUBLIC_HUB = "https://huggingface.co"

_URI = re.compile(
    r"hf://(?P<hf>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})"
    r"|gs://(?P<gs>[a-z0-9][a-z0-9_-]{1,61}[a-z0-9](?:/[\w-][\w.-]*)*)"
    r"|s3://(?P<s3>[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?:/[\w-][\w.-]*)*)"
    r"|dir:(?P<dir>[\w-][\w.-]*(?:/[\w-][\w.-]*)*)",
    re.ASCII,
)
"""The only forms: no port, user, query, escape, dotted host or parent folder gets through."""


def declared_by_provider(uri: str) -> bool:
    """Whether an artifact's store knows a sha256 only because the provider wrote it there."""
    return uri.startswith("gs://")


@dataclass(frozen=True, slots=True)
class Stores:
    """Where artifacts are looked up. `check` is what `fedfuse check` and `release` call."""

    hub_endpoint: str = PUBLIC_HUB
    hub_token: str | None = None
    """None: HF_TOKEN, a saved login, or none."""
    artifact_root: Path | None = None
    """Folder under which `dir:` artifacts lie; None where the registry does not allow them."""

    def check(self, manifest: Manifest, path: str) -> tuple[Finding, ...]:
        """Everything in which the artifact is not what the manifest at `path` says.

        Raises RemoteError when the store cannot be asked: that is never a pass.
        """
        artifact = manifest.artifact
        scheme, location = self._address(artifact.uri)
        if not scheme:
            return (_unreadable(path, artifact),)
        held = self._look(scheme, location, artifact)
        if held is None:
            return (_not_found(path, artifact),)
        return (*_oddities(path, artifact, held), *_differences(path, artifact, held))

    def _address(self, uri: str) -> tuple[str, str]:
        match = _URI.fullmatch(uri)
        if match is None or (match.lastgroup == "dir" and self.artifact_root is None):
            return "", ""
        return match.lastgroup or "", match[match.lastgroup or 0]

    def _look(self, scheme: str, location: str, artifact: Artifact) -> Held | None:
        """Ask the store. Each vendor's library is loaded only when one of its artifacts comes."""
        if scheme == "hf":
            from fedfuse.adapters.stores import hf  # noqa: PLC0415 - loads the Hub client

            return hf.look(
                location,
                artifact.revision,
                artifact.files,
                endpoint=self.hub_endpoint,
                token=self.hub_token,
            )
        if scheme == "s3":
            from fedfuse.adapters.stores import s3  # noqa: PLC0415 - loads boto3

            return s3.look(location, artifact.revision, artifact.files)
        if scheme == "gs":
            from fedfuse.adapters.stores import gs  # noqa: PLC0415 - loads google-auth

            return gs.look(location, artifact.revision, artifact.files)
        return folder.look(location, root=self.artifact_root or Path())


def _unreadable(path: str, artifact: Artifact) -> Finding:
    return Finding(
        path,
        0,
        0,
        UNREADABLE_URI,
        "the artifact's uri is in no store this registry reads",
        expected="hf://OWNER/NAME, gs://BUCKET/PREFIX, s3://BUCKET/PREFIX, or an allowed dir:PATH",
        found=artifact.uri,
        fix="write the plain address of the artifact",
    )


def _not_found(path: str, artifact: Artifact) -> Finding:
    return Finding(
        path,
        0,
        0,
        NOT_FOUND,
        "the store has no such artifact at this revision, or does not show it",
        expected=f"{artifact.uri} at {artifact.revision}",
        found="nothing",
        fix="upload it and write the exact revision the store gave it as artifact.revision",
    )


def _oddities(path: str, artifact: Artifact, held: Held) -> tuple[Finding, ...]:
    found = [
        Finding(
            path, 0, 0, NOT_PLAIN, f"{place} in the artifact is no plain file", fix=f"rm {place}"
        )
        for place in held.not_plain
    ]
    if held.revision != artifact.revision:
        found.append(
            Finding(
                path,
                0,
                0,
                FOLDER_REVISION,
                "the folder's content has another digest than artifact.revision",
                artifact.revision,
                held.revision,
                f"check the folder, then write revision: {held.revision}",
            )
        )
    return tuple(found)


def _differences(path: str, artifact: Artifact, held: Held) -> tuple[Finding, ...]:
    compared = (
        _difference(path, file, held.files.get(file.path), held.publish) for file in artifact.files
    )
    return tuple(finding for finding in compared if finding is not None)


def _difference(
    path: str, file: ArtifactFile, stored: Stored | None, publish: str
) -> Finding | None:
    if stored is None:
        message = f"the artifact has no file {file.path} at this revision"
        return Finding(path, 0, 0, FILE_MISSING, message, fix="upload it, name the new revision")
    if stored.size != file.size:
        message, code = f"{file.path} has another size", FILE_SIZE
        expected, found = f"{file.size} bytes", f"{stored.size} bytes"
    elif not stored.sha256:
        message = f"the store publishes no sha256 of {file.path}"
        fix = publish.format(path=file.path, sha256=file.sha256)
        return Finding(path, 0, 0, NO_DIGEST, message, expected=file.sha256, fix=fix)
    elif stored.sha256 != file.sha256:
        message, code = f"{file.path} has another sha256", FILE_DIGEST
        expected, found = file.sha256, stored.sha256
    else:
        return None
    fix = "make the manifest anew from the uploaded files: fedfuse new"
    return Finding(path, 0, 0, code, message, expected, found, fix)
