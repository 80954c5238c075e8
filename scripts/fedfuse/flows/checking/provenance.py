"""The digests that the judgement of a shipment rests on, by what they are of."""

from collections.abc import Iterable, Iterator

from fedfuse.engine.interface import Snapshot
from fedfuse.model.judgement import Judged
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import REGISTRY_PATH
from fedfuse.model.report import Digest


def of(base: Snapshot, judged: Iterable[Judged]) -> tuple[Digest, ...]:
    """The policy on the base and, of each manifest that could be read, all that it pins.

    Each once, the base's first, then by manifest path; none without a manifest. Never raises.
    """
    shipped = sorted(judged, key=lambda one: one.path)
    if not shipped:
        return ()
    found = [Digest(REGISTRY_PATH, base.policy_digest())]
    for one in shipped:
        found += [Digest(one.path, one.sha256)] if one.sha256 else []
        found += _pinned(one.manifest) if one.manifest else []
    return tuple(dict.fromkeys(found))


def _pinned(manifest: Manifest) -> Iterator[Digest]:
    if evaluation := manifest.evaluation:
        yield Digest(manifest.evidence_path, evaluation.evidence_sha256)
        suite = f"suite {evaluation.suite_name}/v{evaluation.suite_version}"
        yield Digest(suite, evaluation.suite_sha256)
    if contract := manifest.contract:
        yield Digest(f"contract {manifest.role.name}/v{contract.version}", contract.sha256)
    yield Digest(manifest.artifact.uri, manifest.artifact.revision)
