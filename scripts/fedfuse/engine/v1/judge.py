"""Judges what one change ships against the base: shipments, then gates. The only judge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from fedfuse.engine.interface import Snapshot, Tree
from fedfuse.engine.v1.admission import evaluation_rules
from fedfuse.engine.v1.admission import manifest as manifests
from fedfuse.engine.v1.fixed import require_fixed
from fedfuse.engine.v1.gates import evaluation, roster
from fedfuse.engine.v1.gates.case import Case
from fedfuse.engine.v1.newest_evidence import NewestEvidence
from fedfuse.errors import RegistryError
from fedfuse.model.admissions import RELEASES
from fedfuse.model.canonical import sha256
from fedfuse.model.change import Change, data_file
from fedfuse.model.judgement import Judged, Judgement, Measured, Sealed
from fedfuse.model.manifest import Manifest
from fedfuse.model.role import Role
from fedfuse.model.state import State
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref


def judge(
    changes: tuple[Change, ...],
    *,
    head: Tree,
    base: Snapshot,
    state: State,
    production: Mapping[str, int],
    now: datetime,
) -> Judgement:
    """Judge every manifest and every Evaluation that a change adds.

    `head` is only data. `production` holds the member versions of the release that serves; empty
    before the first promotion. Never raises for what the change adds. Raises RegistryError for a
    base that changes what is fixed, or whose policy or suite cannot judge it.
    """
    require_fixed(state, base)
    return _Judge(base, state, production, now).change(changes, head=head)


def sealed(
    ref: str, *, base: Snapshot, state: State, production: Mapping[str, int], now: datetime
) -> Sealed:
    """What the registry's own Evaluations on its sealed suite say of promoting a version.

    Its newest one passed, and where another version of the unit serves, it compares with that as
    its policy demands, item by item on the same suite. A version that serves though it was
    withdrawn is no measure. Raises RegistryError for a registry without a sealed suite that works.
    """
    return _Judge(base, state, production, now).sealed(ref)


@dataclass(frozen=True, slots=True)
class _Judge:
    """The base everything is judged against."""

    base: Snapshot
    state: State
    production: Mapping[str, int]
    now: datetime

    @property
    def _newest(self) -> NewestEvidence:
        return NewestEvidence(self.base, self.state)

    def change(self, changes: tuple[Change, ...], *, head: Tree) -> Judgement:
        """Judge every manifest and every Evaluation that a change adds."""
        known = (data_file(c.path) for c in changes if c.status == "A")
        added = sorted((f.kind, f.path) for f in known if f is not None)
        manifests = [path for kind, path in added if kind == "manifest"]
        measured = [path for kind, path in added if kind == "evaluation"]
        return Judgement(
            self._manifests(manifests, head),
            tuple(
                self._evaluate(path, head, beside=(*manifests, *measured[:at]))
                for at, path in enumerate(measured)
            ),
        )

    def _manifests(self, paths: list[str], head: Tree) -> tuple[Judged, ...]:
        """Judge models before the reports that measure them."""
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

        found = manifests.read(
            path,
            head=head,
            base=self.base,
            subject_role=subject_role,
            beside=tuple(earlier.values()),
            state=self.state,
        )
        if found.measured is None:
            return found
        case = self._case(found.measured, found.sha256, earlier)
        return replace(found, results=roster.judge(case))

    def _case(self, measured: Measured, digest: str, earlier: Mapping[str, Judged]) -> Case:
        manifest = measured.manifest
        baseline, gap = self._baseline(manifest)
        return replace(
            self._plain_case(measured, digest),
            baseline=baseline,
            baseline_gap=gap,
            anchor=self._anchor(manifest, baseline),
            candidate=self._candidate(manifest, baseline),
            teachers=self._teachers(manifest.unit),
            teacher_margin=(self.base.registry().fusion.distillation or {}).get("margin"),
            subject=self._subject(manifest.subject, earlier) if manifest.subject else None,
            accepted_contract=self.base.accepted_contract(manifest.role.name),
            shipped_contract=self.base.contract(manifest.role.name, manifest.contract.version)
            if manifest.contract
            else None,
            accepted_io=baseline.manifest.contract.io
            if baseline and baseline.manifest.contract
            else None,
        )

    def _plain_case(
        self, measured: Measured, manifest_sha256: str, suite: Suite | None = None
    ) -> Case:
        """A shipment beside the policy and the waivers, compared with nothing."""
        manifest, settings = measured.manifest, self.base.registry()
        return Case(
            shipment=measured,
            suite=suite or self.base.suite(),
            policy=settings.roles.get(manifest.role.name, {}),
            now=self.now,
            currency=settings.currency,
            waived_gates=frozenset(
                waiver.gate
                for waiver in self.state.waivers
                if waiver.covers(unit=manifest.unit, manifest_sha256=manifest_sha256, now=self.now)
            ),
        )

    def _evaluate(self, path: str, head: Tree, *, beside: tuple[str, ...]) -> Judged:
        found = evaluation_rules.read(
            path, head=head, base=self.base, unusable=self.state.unusable, beside=beside
        )
        measured, record = found.measured, found.record
        if measured is None or record is None:
            return found
        manifest_bytes = self.base.tree.read(measured.manifest.path) or b""
        suite = found.suite or self.base.suite()
        case = self._plain_case(measured, sha256(manifest_bytes), suite)
        named = record.evaluation.baseline
        if named and not self.state.unusable(named):
            baseline, gap = self._beside(named, suite)
            case = replace(case, baseline=baseline, baseline_gap=gap)
        shipped = None if suite.sealed else self.base.subject(record.subject)
        results = evaluation.judge(
            case,
            own=self._newest.first(shipped) if shipped else None,
            independent=record.by != measured.manifest.provider,
        )
        return replace(found, results=results)

    def sealed(self, ref: str) -> Sealed:
        """As the function of this name."""
        suite = self.base.sealed_suite()
        if suite is None:
            raise RegistryError("this registry has no evaluator", fix="name one in registry.yaml")
        path, measured = self._newest.sealed(ref, suite)
        unit, version = split_ref(ref)
        serves = f"{unit}@v{self.production.get(unit, version)}"
        if serves == ref or self.state.unusable(serves):
            return Sealed(path, passed=measured is not None)
        before, baseline = self._newest.sealed(serves, suite)
        if measured is None or baseline is None:
            return Sealed(path, measured is not None, serves, before if baseline else "")
        manifest_bytes = self.base.tree.read(measured.manifest.path) or b""
        case = self._plain_case(measured, sha256(manifest_bytes), suite)
        results = evaluation.compare(replace(case, baseline=baseline))
        return Sealed(path, passed=True, serves=serves, serves_path=before, results=results)

    def _beside(self, ref: str, suite: Suite) -> tuple[Measured | None, str]:
        """A version that was asked in turn with the subject, as it was measured on a suite."""
        if not suite.sealed:
            return self._measured(*split_ref(ref))
        _, measured = self._newest.sealed(ref, suite)
        missing = f"{ref} has no Evaluation on {suite.label} that it passes"
        shipped = self.base.manifest(*split_ref(ref))
        return measured or (Measured(shipped) if shipped else None), "" if measured else missing

    def _established(self, unit: str) -> int | None:
        """The member in production, else in the newest release, else the newest admitted.

        Never a withdrawn one: then the next of these counts.
        """
        ranked = chain(
            (self.production.get(unit), self._released(unit)),
            self.state.admitted(unit).newest_first(RELEASES),
        )
        usable = (n for n in ranked if n is not None and not self.state.unusable(f"{unit}@v{n}"))
        return next(usable, None)

    def _released(self, unit: str) -> int | None:
        return self.state.release.members.get(unit) if self.state.release else None

    def _baseline(self, manifest: Manifest) -> tuple[Measured | None, str]:
        version = self._established(manifest.unit)
        if version is None or manifest.role.is_report:
            return None, ""
        return self._measured(manifest.unit, version)

    def _teachers(self, student: str) -> tuple[Measured, ...]:
        """What a unit is distilled from, as far as any of it was admitted."""
        plan = self.base.registry().fusion.distillation
        if plan is None or plan["student"] != student:
            return ()
        known = ((unit, self._established(unit)) for unit in plan["teachers"])
        found = (self._measured(unit, version)[0] for unit, version in known if version)
        return tuple(teacher for teacher in found if teacher is not None)

    def _measured(self, unit: str, version: int) -> tuple[Measured | None, str]:
        """A version to compare with, and why it cannot be compared with if it cannot."""
        measured = self._newest.of(unit, version)
        if measured:
            return measured, ""
        suite, shipped = self.base.suite(), self.base.manifest(unit, version)
        ref = f"{unit}@v{version}"
        missing = f"{ref} has no evidence on {suite.name} v{suite.version}"
        gap = f"{missing}: ship an Evaluation of it, fedfuse new --evaluates {ref}"
        return (Measured(shipped) if shipped else None), gap

    def _anchor(self, manifest: Manifest, baseline: Measured | None) -> Measured | None:
        return self._other(manifest, self.state.anchor(manifest.unit), baseline)

    def _candidate(self, manifest: Manifest, baseline: Measured | None) -> Measured | None:
        member = self._released(manifest.unit)
        withdrawn = self.state.unusable(f"{manifest.unit}@v{member}")
        return None if withdrawn else self._other(manifest, member, baseline)

    def _other(
        self, manifest: Manifest, version: int | None, baseline: Measured | None
    ) -> Measured | None:
        if version is None or (baseline and baseline.manifest.version == version):
            return None
        return self._newest.of(manifest.unit, version)

    def _subject(self, ref: str, earlier: Mapping[str, Judged]) -> Measured | None:
        for judged in earlier.values():
            if judged.manifest and judged.manifest.ref == ref:
                return judged.measured
        try:
            shipped = self.base.manifest(*split_ref(ref))
        except ValueError:
            return None
        if shipped is None:
            return None
        return self._newest.first(shipped) or Measured(shipped)


def _is_report(path: str, units: Mapping[str, Role]) -> bool:
    role = units.get(path.removeprefix("manifests/").rpartition("/")[0])
    return role is not None and role.is_report
