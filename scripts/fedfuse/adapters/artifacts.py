"""Compares an artifact with its store: every file, at the manifest's revision, byte for byte."""

from dataclasses import dataclass

from fedfuse.adapters.stores import roster
from fedfuse.adapters.stores.store import Access, Held, Store, Stored
from fedfuse.errors import RemoteError
from fedfuse.model.canonical import sha256
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Artifact, ArtifactFile, Manifest


@dataclass(frozen=True, slots=True)
class Stores(Access):
    """Where artifacts are looked up. `check` is what `fedfuse check` and `release` call."""

    def check(self, manifest: Manifest, path: str) -> tuple[Finding, ...]:
        """Everything in which the artifact is not what the manifest at `path` says.

        Raises RemoteError when the store cannot be asked: that is never a pass.
        """
        artifact = manifest.artifact
        store = roster.of_uri(artifact.uri)
        location = store.location_of(artifact.uri) if store else ""
        if store is None or not location or not self._allows(store):
            return (self._unreadable(path, artifact),)
        held = store.look(location, artifact, self)
        if held is None:
            return (_not_found(path, artifact, store),)
        return (*_oddities(path, artifact, held), *_differences(path, artifact, held))

    def file(self, manifest: Manifest, name: str) -> bytes:
        """A small file of the artifact, which is the one that the manifest lists.

        Raises RemoteError when the store does not hold it or cannot be asked.
        """
        artifact = manifest.artifact
        listed = next((one.sha256 for one in artifact.files if one.path == name), "")
        store = roster.of_uri(artifact.uri)
        if store is None or not self._allows(store):
            what = f"{manifest.ref}: {artifact.uri} is in no store that this registry reads"
            raise RemoteError(what, fix="measure this version by hand: fedfuse eval run")
        location = store.location_of(artifact.uri)
        data = store.read(location, artifact.revision, name, self) if listed else b""
        if not listed or sha256(data) != listed:
            what = f"{manifest.ref}: {name} in the store is not the file of the manifest"
            raise RemoteError(what, fix="fedfuse audit --hub looks at every artifact again")
        return data

    def _allows(self, store: Store) -> bool:
        return not store.is_folder or self.artifact_root is not None

    def _unreadable(self, path: str, artifact: Artifact) -> Finding:
        return Finding(
            path,
            0,
            0,
            "E501",
            "the artifact's uri is in no store this registry reads",
            expected=" or ".join(one.form for one in roster.STORES if self._allows(one)),
            found=artifact.uri,
            fix="write the plain address of the artifact",
        )


def _not_found(path: str, artifact: Artifact, store: Store) -> Finding:
    return Finding(
        path,
        0,
        0,
        "E502",
        "the store has no such artifact at this revision, or does not show it",
        expected=f"{artifact.uri} at {artifact.revision}",
        found="nothing",
        fix=f"upload it, then write as artifact.revision {store.revision_is}",
    )


def _oddities(path: str, artifact: Artifact, held: Held) -> tuple[Finding, ...]:
    found = [
        Finding(path, 0, 0, "E507", f"{place} in the artifact is no plain file", fix=f"rm {place}")
        for place in held.not_plain
    ]
    if held.revision != artifact.revision:
        found.append(
            Finding(
                path,
                0,
                0,
                "E508",
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
        return Finding(path, 0, 0, "E503", message, fix="upload it, name the new revision")
    if stored.size != file.size:
        message, code = f"{file.path} has another size", "E504"
        expected, found = f"{file.size} bytes", f"{stored.size} bytes"
    elif not stored.sha256:
        message = f"the store publishes no sha256 of {file.path}"
        fix = publish.format(path=file.path, sha256=file.sha256)
        return Finding(path, 0, 0, "E506", message, expected=file.sha256, fix=fix)
    elif stored.sha256 != file.sha256:
        message, code = f"{file.path} has another sha256", "E505"
        expected, found = file.sha256, stored.sha256
    else:
        return None
    fix = "make the manifest anew from the uploaded files: fedfuse new"
    return Finding(path, 0, 0, code, message, expected, found, fix)
