"""Measures the members of a release on the sealed suite: which are due, where, and the files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from fedfuse.adapters import files, json_strict
from fedfuse.adapters.openai import Endpoint
from fedfuse.errors import RefusedError, UsageError
from fedfuse.flows.authoring import eval_setup, evaluate, new_evaluation
from fedfuse.flows.authoring.eval_setup import Items
from fedfuse.flows.authoring.new import Draft
from fedfuse.flows.authoring.options import NewOptions
from fedfuse.flows.history.main_state import MainState
from fedfuse.model import evaluation
from fedfuse.model.change import data_file
from fedfuse.model.document import Document
from fedfuse.model.evaluation import REGISTRY
from fedfuse.model.manifest import Manifest
from fedfuse.model.role import Role
from fedfuse.model.suite import Suite
from fedfuse.model.version import split_ref
from fedfuse.suite.config import Config

ConfigOf = Callable[[Manifest, Role], Config]
"""How a version is asked, by its artifact where that is a config."""
_MOST = 12
"""Evaluations of one change, as `check` takes them."""
_KEYS = {"endpoint", "model", "hardware", "pricing"}
_OPTIONAL = {"concurrency": 1}


@dataclass(frozen=True, slots=True)
class Served:
    """Where maintainers serve the versions of a unit, and on what."""

    endpoint: str
    """Address of an OpenAI-compatible server; `{version}` is the number of the version."""
    model: str
    """Name the server knows a version by; `{version}` as above."""
    hardware: str
    """`ACCELERATOR@REGION`."""
    pricing: str
    """`PER_HOUR@DATE`."""
    concurrency: int


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be measured before a release can be promoted."""

    suite: Suite
    refs: tuple[str, ...]
    """`provider/unit@vN`, sorted."""

    def without(self, made: Mapping[str, bytes]) -> "Due":
        """What is left once the Evaluations among these files are there."""
        there = {evaluation.subject_of(place) for path in made if (place := data_file(path))}
        return replace(self, refs=tuple(ref for ref in self.refs if ref not in there))


def due(main_state: MainState, tag: str = "") -> Due | None:
    """The members of a release, by default the newest, and what serves, that were not measured.

    A version is measured once on a sealed suite, whatever came out: the same items say the same
    again. What is more than a change may hold is due once these have landed. None in a registry
    without an evaluator. Raises UsageError for a tag that is no release of main, RegistryError for
    a sealed suite that does not work.
    """
    suite = main_state.base.sealed_suite()
    if suite is None:
        return None
    ledger = main_state.ledger
    newest = ledger.state.release
    name = tag or (newest.tag if newest else "")
    members = (main_state.members(name) if name else ()) or ()
    if tag and not members:
        raise UsageError(f"there is no release {tag!r:.100}", fix="fedfuse status lists them")
    serving = ledger.production(main_state.commit).items()
    wanted = {*members, *(f"{unit}@v{number}" for unit, number in serving)}
    left = (
        ref
        for ref in sorted(wanted)
        if not ledger.state.unusable(ref) and not _is_measured(main_state, ref, suite)
    )
    return Due(suite, tuple(islice(left, _MOST)))


def _is_measured(main_state: MainState, ref: str, suite: Suite) -> bool:
    outcomes = main_state.ledger.state.evaluations.get(ref, ())
    return any(one.by == REGISTRY and one.sealed == suite.label for one in outcomes)


def endpoints(path: Path) -> Mapping[str, Served]:
    """Unit to where it is served, from a JSON file. Raises UsageError for one of another form."""
    document = json_strict.load_json(files.read_named(path), path=str(path))
    if not isinstance(document, Document):
        raise UsageError(f"{document[0].place}: {document[0].message}", fix=_FORM)
    return {unit: _served(unit, raw, path) for unit, raw in document.value.items()}


_FORM = (
    'write {"PROVIDER/UNIT": {"endpoint": URL, "model": "NAME-v{version}", '
    '"hardware": "ACCELERATOR@REGION", "pricing": "PER_HOUR@DATE", "concurrency": 1}}'
)


def _served(unit: str, raw: Any, path: Path) -> Served:
    fields = {**_OPTIONAL, **raw} if isinstance(raw, dict) else {}
    texts = all(isinstance(fields.get(key), str) and fields[key] for key in _KEYS)
    number = fields.get("concurrency")
    counts = isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= 64
    if not (texts and counts and set(fields) == {*_KEYS, *_OPTIONAL}):
        raise UsageError(f"{path}: {unit} does not say how it is served", fix=_FORM)
    return Served(**fields)


@dataclass(frozen=True, slots=True)
class Who:
    """Who measures."""

    login: str
    """The account that submits; empty: the App of registry.yaml, else the only maintainer."""
    config_of: ConfigOf
    quiet: bool
    """Whether no progress is shown."""


@dataclass(frozen=True, slots=True)
class Bench:
    """How a machine measures: where the items are, where models are served, what is kept."""

    items: Items
    served: Mapping[str, Served]
    api_key: str
    api_key_variable: str
    folder: Path
    """Where evidence is kept until it is shipped; a run that was killed goes on from there."""
    who: Who


def measure(main_state: MainState, wanted: Due, bench: Bench) -> Mapping[str, bytes]:
    """The files of an Evaluation of every version that is due. No item and no answer is told.

    Raises UsageError when nobody says how a unit is served, before anything is measured;
    RefusedError for evidence that `check` would refuse.
    """
    units = dict.fromkeys(ref.partition("@")[0] for ref in wanted.refs)
    if missing := [unit for unit in units if unit not in bench.served]:
        what = f"no endpoint is known for {', '.join(missing)}"
        raise UsageError(what, fix=f"add it to --endpoints: {_FORM}")
    made: dict[str, bytes] = {}
    for ref in wanted.refs:
        drafted = _measured(main_state, ref, wanted.suite, bench)
        if drafted.findings:
            first = drafted.findings[0]
            raise RefusedError(f"{first.place}: {first.code} {first.message}", fix=first.fix)
        made |= drafted.files
    return made


def _measured(main_state: MainState, ref: str, suite: Suite, bench: Bench) -> Draft:
    base = main_state.base
    unit, version = split_ref(ref)
    shipped, served = base.manifest(unit, version), bench.served[unit]
    if shipped is None:
        raise UsageError(f"there is no {ref} on main", fix="fedfuse status lists the members")
    exam = eval_setup.exam_of(
        base, f"schemas/suites/{suite.label}", shipped.role, items=bench.items
    )
    url, name = (
        word.replace("{version}", str(version)) for word in (served.endpoint, served.model)
    )
    endpoint = Endpoint(url, name, bench.api_key, key_variable=bench.api_key_variable)
    plan = evaluate.Run(
        exam=exam,
        candidate=evaluate.Served(endpoint, bench.who.config_of(shipped, shipped.role)),
        baseline=None,
        seed=0,
        concurrency=served.concurrency,
    )
    number = base.next_evaluation(REGISTRY, ref)
    target = bench.folder / f"{PurePosixPath(evaluation.stem(REGISTRY, ref, number)).name}.csv"
    if not target.exists():
        evaluate.run(plan, target, quiet=bench.who.quiet)
    app = base.registry().app
    return new_evaluation.draft(
        base,
        ref,
        by=REGISTRY,
        options=NewOptions(
            hardware=served.hardware,
            pricing=served.pricing,
            concurrency=served.concurrency,
            seed=0,
            login=bench.who.login or (app.login if app else ""),
            sealed=True,
        ),
        evidence=target,
        state=main_state.ledger.state,
    )
