"""What a generated registry contains: policy, contracts, suite, and any number of manifests.

Everything depends on the size and this checkout alone. The manifests are legal and admissible.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from fedfuse.engine.v1.roles import ROLES
from fedfuse.model.canonical import sha256
from fedfuse.model.role import Role
from tests.bench import measurement
from tests.bench.measurement import MACHINE, SUBJECT_ROLES
from tests.bench.policy import ACTORS, NAMESPACE, PREFIXES, registry_yaml

FIRST_COMMIT = datetime(2025, 1, 1, tzinfo=UTC)
TIME_BETWEEN_COMMITS = timedelta(minutes=50)

KINDS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "hf": (("textgen-lora", "textgen"), ("policy-adapter", "policy")),
    "gcp": (("embedder", "embed"), ("retrieval-eval", "retrieval-eval")),
    "aws": (("runtime-distilled", "runtime"), ("inference-benchmark", "benchmark")),
}
"""Provider to its two kinds of unit, as name stem and role; units alternate between them."""
PROVIDERS = tuple(KINDS)
_SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@dataclass(frozen=True, slots=True)
class Shipment:
    """One manifest to be: which unit, which version."""

    provider: str
    index: int
    """Number of the unit within its provider; even ones are models, each followed by the odd
    one that is the provider's second kind and, for gcp and aws, reports on it."""
    version: int

    @property
    def role(self) -> Role:
        """The role its unit has."""
        return ROLES[KINDS[self.provider][self.index % 2][1]]

    @property
    def name(self) -> str:
        """The unit's name without its provider."""
        return f"{KINDS[self.provider][self.index % 2][0]}-{self.index // 2:03d}"

    @property
    def unit(self) -> str:
        """`provider/name`."""
        return f"{self.provider}/{self.name}"

    @property
    def path(self) -> str:
        """Repository path of its manifest."""
        return f"manifests/{self.unit}/v{self.version}.yaml"

    @property
    def evidence_path(self) -> str:
        """Repository path of its evidence."""
        return self.path.removesuffix(".yaml") + ".evidence.csv"

    @property
    def ref(self) -> str:
        """`provider/name@vN`."""
        return f"{self.unit}@v{self.version}"

    @property
    def report(self) -> "Shipment | None":
        """The shipment that measures this model, where its role needs one."""
        if self.role.name not in SUBJECT_ROLES.values():
            return None
        return Shipment(self.provider, self.index + 1, self.version)

    @property
    def subject(self) -> "Shipment | None":
        """The shipment that a report measures."""
        if not self.role.has_subject:
            return None
        return Shipment(self.provider, self.index - 1, self.version)


def shipments(provider: str, units: int) -> Iterator[Shipment]:
    """All shipments of a provider, endlessly: version after version, unit after unit."""
    version = 0
    while True:
        version += 1
        for index in range(units):
            yield Shipment(provider, index, version)


def committed_at(commit: int) -> datetime:
    """The committer date of the commit with this number."""
    return FIRST_COMMIT + commit * TIME_BETWEEN_COMMITS


def tool_files(units: int) -> dict[str, bytes]:
    """The files of the first commit: policy for so many units per provider, and all schemas.

    The formats are those of this checkout; contracts and suite are made up here.
    """
    roles = [role for role in ROLES.values() if not role.is_report]
    listed = {
        first.unit: first.role.name
        for provider in PROVIDERS
        for first in islice(shipments(provider, units), units)
    }
    return {
        "registry.yaml": registry_yaml(listed),
        **{f"schemas/{file.name}": file.read_bytes() for file in _SCHEMAS.glob("*.schema.json")},
        **{f"schemas/contract/{role.name}/v1.json": _contract(role.name) for role in roles},
        **measurement.suite_files(),
    }


def manifest(shipment: Shipment, commit: int) -> bytes:
    """The manifest file of a shipment that lands with the commit of this number."""
    role = shipment.role
    seed = sha256(shipment.ref.encode("ascii"))
    size = 1_000_000 + int(seed[:6], 16)
    identity = f"{shipment.name}-v{shipment.version}"
    day = committed_at(commit).date()
    return f"""\
# yaml-language-server: $schema=../../../schemas/manifest.v1.schema.json
apiVersion: fedfuse/v1
kind: Manifest
provider: {shipment.provider}
unit: {shipment.name}
version: {shipment.version}
id: {NAMESPACE}/{identity}
role: {role.name}
track: release
artifact:
  uri: {PREFIXES[shipment.provider]}{identity}
  revision: "{_revision(shipment.provider, seed)}"
  format: {"report" if role.is_report else "safetensors"}
  files:
    - {{path: config.json, size: 1274, sha256: "{seed[::-1]}"}}
    - {{path: model.safetensors, size: {size}, sha256: "{seed}"}}
license: apache-2.0
{_role_fields(shipment)}\
evaluation:
  suite: {{name: canonical, version: 1, sha256: "{sha256(measurement.suite_yaml())}"}}
  evidence:
    path: v{shipment.version}.evidence.csv
    sha256: "{sha256(measurement.evidence(role.name, shipment.ref))}"
    items: {measurement.items(role.name)}
  hardware: {{accelerator: "1xL4", region: us-east-1, concurrency: {MACHINE.concurrency}}}
  pricing: {{currency: USD, per_hour: {MACHINE.per_hour}, as_of: "{day}"}}
  seed: {int(seed[:4], 16)}
training:
  system: autotrain
  run: "https://jobs.acme.invalid/runs/{seed[8:24]}"
  code: {{repo: "https://code.acme.invalid/training", commit: "{seed[20:60]}"}}
  dataset:
    id: acme/instructions-{seed[0]}
    sha256: "{seed[32:]}{seed[:32]}"
    splits: {{train: 8000, val: 1000, test: 1000}}
submitted_by: {{login: {shipment.provider}-shipper, id: {ACTORS[shipment.provider]}}}
""".encode("ascii")


def promotion(number: int, tag: str) -> dict[str, bytes]:
    """The event of this number that promotes a release, and an empty record, as E810 would say."""
    fields = f"apiVersion: fedfuse/v1\nkind: promote\nnumber: {number}\nrelease: {tag}\n"
    event = {f"releases/events/{number:04}.yaml": fields.encode("ascii")}
    return event | {f"releases/{tag}.json": b"{}\n"}


def _revision(provider: str, seed: str) -> str:
    """In the provider's own form: a GCS generation is a number, the others take a commit's."""
    return str(10**15 + int(seed[:12], 16)) if provider == "gcp" else seed[:40]


def _role_fields(shipment: Shipment) -> str:
    role, subject = shipment.role, shipment.subject
    fields = f"subject: {subject.ref}\n" if subject else ""
    if not role.is_report:
        fields += f'contract: {{version: 1, sha256: "{sha256(_contract(role.name))}"}}\n'
    return fields + measurement.metrics_yaml(role.name, shipment.ref)


@cache
def _contract(role: str) -> bytes:
    text = {"type": "string", "maxLength": 8192}
    document = {
        "apiVersion": "fedfuse/v1",
        "kind": "Contract",
        "role": role,
        "version": 1,
        "request": {"type": "object", "properties": {"prompt": text}, "required": ["prompt"]},
        "response": {"type": "object", "properties": {"text": text}, "required": ["text"]},
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"
