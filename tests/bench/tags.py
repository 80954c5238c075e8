"""The release tags of a generated registry: real records of the set that each commit leaves."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedfuse.adapters import yaml_strict
from fedfuse.engine.v1 import documents, policy, record
from fedfuse.engine.v1.resume import resume
from fedfuse.model.admissions import ANCHOR, RELEASE, Admissions, mark
from fedfuse.model.canonical import sha256
from fedfuse.model.composition import Composition
from fedfuse.model.document import Document
from fedfuse.model.release import object_id, tag_bytes
from fedfuse.model.state import Released, State, UnitState, Waiting
from fedfuse.model.verdict import GateResult, Verdict
from tests.bench import content, measurement
from tests.bench.content import Shipment


class Tagger:
    """Follows the shipments of main and renders the record of the release at any commit."""

    def __init__(self, tool_files: Mapping[str, bytes]) -> None:
        self._registry = policy.from_document(_load(tool_files["registry.yaml"]))
        self._digests = {path: sha256(data) for path, data in tool_files.items()}
        self._released: Released | None = None
        self._landed: dict[Shipment, int] = {}
        self._newest: dict[str, Shipment] = {}
        self._admissions: dict[str, Admissions] = {}
        self._shipped: dict[Shipment, record.Shipped] = {}

    def land(self, shipment: Shipment, commit: int) -> None:
        """Take note of one shipment of the commit with this number."""
        self._landed[shipment] = commit
        self._newest[shipment.unit] = shipment
        weights = sha256(shipment.ref.encode("ascii"))
        known = self._admissions.get(shipment.unit) or Admissions()
        kind = ANCHOR if shipment.version == 1 and not shipment.role.is_report else RELEASE
        self._admissions[shipment.unit] = known.adding(shipment.version, kind, mark(weights))

    def release(self, commit: int, oid: str) -> bytes:
        """The tag object of the release at a commit, following the one before it."""
        units = dict(self._units())
        members = {unit: state.member for unit, state in units.items() if state.member is not None}
        state = State(
            units=units,
            admissions=self._admissions,
            verdicts=dict(self._verdicts(commit)),
            release=self._released,
        )
        rendered = record.render(
            Composition(state, members, waits=(), missing_roles=()),
            self._registry,
            shipped={unit: self._ship(unit, version) for unit, version in members.items()},
            provenance=self._provenance(commit, oid),
        )
        body = tag_bytes(rendered)
        self._released = resume(rendered, object_id("tag", body)).release
        return body

    def _units(self) -> Iterator[tuple[str, UnitState]]:
        for unit, newest in sorted(self._newest.items()):
            role = newest.role.name
            report = newest.report
            if newest.role.is_report:
                yield unit, UnitState(role)
            elif report is None:
                yield unit, UnitState(role, member=newest.version)
            else:
                yield unit, self._covered(newest, report)

    def _covered(self, newest: Shipment, report: Shipment) -> UnitState:
        covering = self._newest.get(report.unit)
        member = covering.version if covering else None
        waiting = (Waiting(newest.version),) if member != newest.version else ()
        return UnitState(
            newest.role.name,
            member=member,
            waiting=waiting,
            report=covering.ref if covering else "",
        )

    def _ship(self, unit: str, version: int) -> record.Shipped:
        newest = self._newest[unit]
        shipment = Shipment(newest.provider, newest.index, version)
        if shipment not in self._shipped:
            data = content.manifest(shipment, self._landed[shipment])
            self._shipped[shipment] = record.Shipped(
                documents.manifest_of(_load(data)),
                blob=object_id("blob", data),
                sha256=sha256(data),
            )
        return self._shipped[shipment]

    def _verdicts(self, commit: int) -> Iterator[tuple[str, tuple[GateResult, ...]]]:
        for shipment, landed in reversed(self._landed.items()):
            if landed != commit:
                return
            checks = (("quality", "floor", 0.8, 0.5), ("latency", "p95", 127.0, 250.0))
            yield (
                shipment.ref,
                tuple(
                    GateResult(gate, check, shipment.ref, Verdict.PASS, observed, limit)
                    for gate, check, observed, limit in checks
                ),
            )

    def _provenance(self, commit: int, oid: str) -> record.Provenance:
        folder = "schemas/contract/"
        contracts = {path: d for path, d in self._digests.items() if path.startswith(folder)}
        return record.Provenance(
            commit=oid,
            created=content.committed_at(commit),
            policy=self._digests["registry.yaml"],
            contracts={
                path.removeprefix(folder).removesuffix(".json"): digest
                for path, digest in contracts.items()
            },
            suites={"canonical/v1": self._digests[measurement.SUITE_PATH]},
            bundle=contracts,
        )


def _load(data: bytes) -> dict[str, Any]:
    document = yaml_strict.load(data, path="generated")
    if not isinstance(document, Document):
        raise TypeError(document)
    return document.value
