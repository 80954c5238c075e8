"""`eval run`: ask a served model every item, keep what is done, write evidence."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from tqdm import tqdm

from fedfuse import __version__
from fedfuse.adapters import run_file
from fedfuse.adapters.files import write_new
from fedfuse.adapters.openai import Client, Endpoint, Failure
from fedfuse.adapters.run_journal import RunJournal
from fedfuse.errors import RefusedError
from fedfuse.flows.authoring.eval_setup import Exam
from fedfuse.model import canonical, evidence, run_record
from fedfuse.model.evidence import Row
from fedfuse.model.release import timestamp
from fedfuse.model.run_record import Asked, Hardware, Measured, Pricing, RunRecord, Tool
from fedfuse.suite.config import Config, EmbeddingConfig, GenerationConfig, digest
from fedfuse.suite.score import cosine, reciprocal_rank, score
from fedfuse.suite.task import Task


@dataclass(frozen=True, slots=True)
class Served:
    """A model behind an endpoint, and how it is asked."""

    endpoint: Endpoint
    config: Config

    @property
    def identity(self) -> Mapping[str, Any]:
        """What must be the same when a run resumes; the address may change."""
        return {"model": self.endpoint.model, "config": digest(self.config)}

    @property
    def asked(self) -> Asked:
        """The same for the run file."""
        return Asked(self.endpoint.model, digest(self.config))


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that decides a run's results."""

    exam: Exam
    candidate: Served
    baseline: Served | None
    """Asked in turn with the candidate, for its latency only."""
    seed: int
    concurrency: int
    hardware: Hardware | None = None
    """What serves the candidate: it decides nothing here, the run file says it."""
    pricing: Pricing | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """A finished run."""

    rows: tuple[Row, ...]
    data: bytes
    """The evidence file."""
    record: RunRecord
    resumed: int
    """Items whose results an earlier attempt had left."""
    wall_seconds: float
    """Of this attempt."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    score: float
    latency_ms: float
    input_tokens: int = 0
    output_tokens: int = 0
    ok: bool = True


Ask: TypeAlias = Callable[[Task], _Outcome]


def run(
    plan: Run, target: Path, *, quiet: bool = False, pause: Callable[[float], None] = time.sleep
) -> Results:
    """Ask every item of the exam once, and write the evidence file and its run file.

    Finished items stand in `<target>.journal` until both files are complete, so the same command
    goes on after a kill; the run began with its first attempt. Items are asked in suite order,
    `concurrency` at a time; of every second item the baseline is asked first. Raises RefusedError
    when a file exists, UsageError for a journal of another run, RemoteError when a server is gone
    or refuses. `quiet` hides the progress bar, which only a terminal sees anyway; `pause` waits
    before a request is sent again.
    """
    started = time.monotonic()
    journal = _journal(plan, target)
    with journal, ExitStack() as stack:
        started_at = _moment(journal, "started_at")
        done = {entry["item"]: Row(**entry) for entry in journal.entries if "item" in entry}
        resumed = len(done)
        asks = [
            _ask(stack.enter_context(Client(served.endpoint, pause=pause)), served, plan.seed)
            for served in (plan.candidate, plan.baseline)
            if served
        ]
        for row in _ask_all(plan, done, *asks, quiet=quiet):
            journal.add(asdict(row))
            done[row.item] = row
        rows = tuple(done[item.id] for item in plan.exam.items)
        data = evidence.to_csv(rows)
        record = _record(plan, data, started_at, _moment(journal, "ended_at"))
        write_new(run_file.path_of(target), run_record.dumps(record))
        write_new(target, data)
        journal.remove()
    return Results(rows, data, record, resumed, time.monotonic() - started)


def rehearse(plan: Run, target: Path) -> int:
    """How many items earlier attempts of a run have left done; nobody is asked, nothing written.

    Raises RefusedError and UsageError as `run` does.
    """
    return sum("item" in entry for entry in _journal(plan, target).recorded())


def _journal(plan: Run, target: Path) -> RunJournal:
    """The journal of a run. A run file without a journal beside it is another run's."""
    place = target.with_name(f"{target.name}.journal")
    for path in (target, *(() if place.exists() else (run_file.path_of(target),))):
        if path.exists():
            raise RefusedError(f"{path} exists already", fix="write --to another file")
    return RunJournal(place, _identity(plan))


def _moment(journal: RunJournal, name: str) -> str:
    """A moment of the run: now, or when an earlier attempt recorded it."""
    known = next((entry[name] for entry in journal.entries if name in entry), None)
    if known is not None:
        return str(known)
    now = timestamp(datetime.now(UTC))
    journal.add({name: now})
    return now


def _record(plan: Run, data: bytes, started_at: str, ended_at: str) -> RunRecord:
    suite = plan.exam.suite
    return RunRecord(
        evidence_sha256=canonical.sha256(data),
        suite=Measured(suite.name, suite.version, suite.sha256),
        role=plan.exam.role.name,
        candidate=plan.candidate.asked,
        baseline=plan.baseline.asked if plan.baseline else None,
        seed=plan.seed,
        concurrency=plan.concurrency,
        hardware=plan.hardware,
        pricing=plan.pricing,
        run=Tool("fedfuse", __version__),
        started_at=started_at,
        ended_at=ended_at,
    )


def _identity(plan: Run) -> Mapping[str, Any]:
    return {
        "suite": plan.exam.suite.sha256,
        "parts": list(plan.exam.role.parts),
        "items": len(plan.exam.items),
        "candidate": plan.candidate.identity,
        "baseline": plan.baseline.identity if plan.baseline else None,
        "seed": plan.seed,
        "concurrency": plan.concurrency,
        "hardware": asdict(plan.hardware) if plan.hardware else None,
        "pricing": asdict(plan.pricing) if plan.pricing else None,
        "tool": __version__,
    }


def _ask_all(
    plan: Run, done: Mapping[str, Row], candidate: Ask, baseline: Ask | None = None, *, quiet: bool
) -> Iterator[Row]:
    """The rows that are still missing, as they come in."""
    todo = [(at, item.id) for at, item in enumerate(plan.exam.items) if item.id not in done]
    tasks = plan.exam.tasks
    whole = len(plan.exam.items)
    hidden = quiet or None  # None: tqdm shows the bar only on a terminal
    bar = tqdm(total=whole, initial=whole - len(todo), unit="item", disable=hidden)
    with bar, ThreadPoolExecutor(plan.concurrency) as pool:
        try:
            pending = [
                pool.submit(_row, tasks[item], candidate, baseline, baseline_first=at % 2 == 0)
                for at, item in todo
            ]
            for future in as_completed(pending):
                yield future.result()
                bar.update()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _row(task: Task, candidate: Ask, baseline: Ask | None, *, baseline_first: bool) -> Row:
    before = baseline(task) if baseline and baseline_first else None
    outcome = candidate(task)
    other = before or (baseline(task) if baseline else None)
    return Row(
        item=task.item,
        ok=outcome.ok,
        score=outcome.score,
        latency_ms=round(outcome.latency_ms, 1),
        input_tokens=outcome.input_tokens,
        output_tokens=outcome.output_tokens,
        baseline_latency_ms=None if other is None else round(other.latency_ms, 1),
    )


def _ask(client: Client, served: Served, seed: int) -> Ask:
    config = served.config
    if isinstance(config, EmbeddingConfig):
        return lambda task: _retrieved(client, config, task)
    return lambda task: _generated(client, config, task, seed)


def _generated(client: Client, config: GenerationConfig, task: Task, seed: int) -> _Outcome:
    reply = client.chat(config.messages(task), options={**config.options, "seed": seed})
    if isinstance(reply, Failure):
        return _Outcome(0.0, reply.latency_ms, ok=False)
    points = score(reply.text, task.answer)
    return _Outcome(points, reply.latency_ms, reply.input_tokens, reply.output_tokens)


def _retrieved(client: Client, config: EmbeddingConfig, task: Task) -> _Outcome:
    embedded = client.embed(config.texts(task), options=config.options)
    if isinstance(embedded, Failure):
        return _Outcome(0.0, embedded.latency_ms, ok=False)
    query, *passages = embedded.vectors
    points = reciprocal_rank([cosine(query, passage) for passage in passages], task.answer["value"])
    return _Outcome(points, embedded.latency_ms, embedded.input_tokens)
