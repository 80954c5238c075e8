"""Judges the manifests of one change against the base: shipments, then gates. The only judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fedfuse.flows import shipment
from fedfuse.flows.shipment import Shipment
from fedfuse.flows.snapshot import Snapshot, Tree
from fedfuse.fusion.fold import split_ref
from fedfuse.fusion.state import State
from fedfuse.gates import roster
from fedfuse.gates.case import Case, Measured
from fedfuse.model.change import Change, data_file
from fedfuse.model.evidence import Evidence
from fedfuse.model.finding import Finding
from fedfuse.model.manifest import Manifest
from fedfuse.model.registry import RolePolicy
from fedfuse.model.role import Role
from fedfuse.model.verdict import GateResult

_NO_POLICY = RolePolicy(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Judged:
    """One shipment with the outcomes of its gates (none while it has findings)."""

    shipment: Shipment
    results: tuple[GateResult, ...]

    @property
    def manifest(self) -> Manifest | None:
        """The manifest; None when there are findings."""
        measured = self.shipment.measured
        return measured.manifest if measured else None

    @property
    def admitted(self) -> bool:
        """Whether nothing was found and every gate passes or is waived."""
        return self.manifest is not None and all(r.verdict.admits for r in self.results)


@dataclass(frozen=True, slots=True)
class Judge:
    """The base everything is judged against."""

    base: Snapshot
    state: State
    production: Mapping[str, int]
    """Member versions of the release in production; empty before the first promotion."""
    now: datetime

    def manifests(self, changes: tuple[Change, ...], *, head: Tree) -> tuple[Judged, ...]:
        """Judge every manifest a change adds, models before the reports that measure them."""
        known = (data_file(c.path) for c in changes if c.status == "A")
        paths = sorted(f.path for f in known if f is not None and f.kind == "manifest")
        settings = self.base.registry()
        reports = [p for p in paths if _is_report(p, settings.units)]
        judged: dict[str, Judged] = {}
        for path in [p for p in paths if p not in reports] + reports:
            judged[path] = self._judge(path, head, judged)
        return tuple(judged[path] for path in paths)

    def _judge(self, path: str, head: Tree, earlier: Mapping[str, Judged]) -> Judged:
        def subject_role(ref: str) -> Role | None:
            subject = self._subject(ref, earlier)
            return subject.manifest.role if subject else None

        found = shipment.read(path, head=head, base=self.base, subject_role=subject_role)
        if found.measured is None:
            return Judged(found, ())
        case = self._case(found.measured, found.sha256, earlier)
        return Judged(found, roster.judge(case))

    def _case(self, measured: Measured, digest: str, earlier: Mapping[str, Judged]) -> Case:
        manifest, settings = measured.manifest, self.base.registry()
        baseline, gap = self._baseline(manifest)
        return Case(
            shipment=measured,
            suite=self.base.suite(),
            policy=settings.roles.get(manifest.role.name, _NO_POLICY),
            now=self.now,
            currency=settings.currency,
            baseline=baseline,
            baseline_gap=gap,
            anchor=self._anchor(manifest, baseline),
            candidate=self._candidate(manifest, baseline),
            subject=self._subject(manifest.subject, earlier) if manifest.subject else None,
            accepted_contract=self.base.accepted_contract(manifest.role.name),
            shipped_contract=self.base.contract(manifest.role.name, manifest.contract.version)
            if manifest.contract
            else None,
            accepted_io=baseline.manifest.contract.io
            if baseline and baseline.manifest.contract
            else None,
            waived_gates=frozenset(
                waiver.gate
                for waiver in self.state.waivers
                if waiver.covers(unit=manifest.unit, manifest_sha256=digest, now=self.now)
            ),
        )

    def _baseline_version(self, manifest: Manifest) -> int | None:
        if manifest.unit in self.production:
            return self.production[manifest.unit]
        if self.state.release and manifest.unit in self.state.release.members:
            return self.state.release.members[manifest.unit]
        return self.state.unit(manifest.unit, manifest.role.name).latest

    def _baseline(self, manifest: Manifest) -> tuple[Measured | None, str]:
        version = self._baseline_version(manifest)
        if version is None or manifest.role.is_report:
            return None, ""
        suite = self.base.suite()
        measured = self.base.measured(manifest.unit, version, suite=suite)
        if measured:
            return measured, ""
        shipped = self.base.manifest(manifest.unit, version)
        gap = f"{manifest.unit}@v{version} has no evidence on {suite.name} v{suite.version}"
        return (Measured(shipped, Evidence("", ())) if shipped else None), gap

    def _anchor(self, manifest: Manifest, baseline: Measured | None) -> Measured | None:
        anchor = self.state.unit(manifest.unit, manifest.role.name).anchor
        return self._other(manifest, anchor, baseline)

    def _candidate(self, manifest: Manifest, baseline: Measured | None) -> Measured | None:
        released = self.state.release
        member = released.members.get(manifest.unit) if released else None
        return self._other(manifest, member, baseline)

    def _other(
        self, manifest: Manifest, version: int | None, baseline: Measured | None
    ) -> Measured | None:
        if version is None or (baseline and baseline.manifest.version == version):
            return None
        return self.base.measured(manifest.unit, version, suite=self.base.suite())

    def _subject(self, ref: str, earlier: Mapping[str, Judged]) -> Measured | None:
        for judged in earlier.values():
            if judged.manifest and judged.manifest.ref == ref:
                return judged.shipment.measured
        try:
            unit, version = split_ref(ref)
        except ValueError:
            return None
        shipped = self.base.manifest(unit, version)
        return Measured(shipped, Evidence("", ())) if shipped else None


def _is_report(path: str, units: Mapping[str, Role]) -> bool:
    role = units.get(path.removeprefix("manifests/").rpartition("/")[0])
    return role is not None and role.is_report


def findings_of(judged: tuple[Judged, ...]) -> tuple[Finding, ...]:
    """All findings of the shipments, sorted by place."""
    return tuple(sorted({f for one in judged for f in one.shipment.findings}))
