"""The only speaker of Prometheus' HTTP API: the raw samples of SLO counters."""

import importlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from fedfuse.errors import RemoteError, UsageError
from fedfuse.model.quoting import quoted
from fedfuse.model.slo.counters import Sample
from fedfuse.model.slo.objective import LONGEST_SECONDS, Objective
from fedfuse.model.slo.selectors import NOT_OF_THE_INSTANCE, selectors

TOKEN_VARIABLE = "FEDFUSE_PROMETHEUS_TOKEN"  # noqa: S105 - the name of a variable
MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""Six hours of one objective on a thousand nodes, scraped every 15 seconds, are half of this."""
_TIMEOUT_SECONDS = 30.0
_STEP_SECONDS = 300
_SLACK_SECONDS = 2
"""A range is asked for in whole seconds, one more than there are."""
_TOKEN = re.compile(r"[!-~]{1,4096}")
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?"
)
_COUNT = re.compile(r"[0-9]{1,15}")
_Samples = Mapping[float, int]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A Prometheus server, asked for raw samples only: nothing is extrapolated."""

    url: str
    """`http://HOST[:PORT][/PREFIX]`, or https."""
    token: str = ""
    """Bearer token, for servers that ask for one."""

    def __post_init__(self) -> None:
        """Raises UsageError for an address or a token that cannot be used."""
        if "@" in self.url:
            raise UsageError(
                "the address of Prometheus holds credentials, which would end up in logs",
                fix=f"leave them out, and export {TOKEN_VARIABLE}=... for a bearer token",
            )
        if not _ADDRESS.fullmatch(self.url):
            raise UsageError(
                "the address of Prometheus is none", fix="write prometheus:http://HOST:PORT"
            )
        if self.token and not _TOKEN.fullmatch(self.token):
            raise UsageError(
                f"{TOKEN_VARIABLE} holds what no token is", fix="export it without line breaks"
            )

    @property
    def place(self) -> str:
        """The server, for messages."""
        return self.url.split("/")[2]

    def read(
        self, release: str, objectives: Sequence[Objective], *, start: datetime, end: datetime
    ) -> tuple[Sample, ...]:
        """The samples of a release within `[start, end]`, in no particular order.

        Raises RemoteError when the server cannot be reached or answers something unusable, when it
        has one of an objective's two counters without the other, or more good requests than
        requests.
        """
        return tuple(
            Sample(at, release, objective.name, instance, good[at], total)
            for objective in objectives
            for instance, good, totals in self._pairs(objective, release, start, end)
            for at, total in totals.items()
            if at in good
        )

    def _pairs(
        self, objective: Objective, release: str, start: datetime, end: datetime
    ) -> Sequence[tuple[str, _Samples, _Samples]]:
        """Instance, good and total of every process that counted."""
        selected = selectors(objective, release=release)
        totals = self._series(selected.total, start=start, end=end)
        goods = self._series(selected.good, start=start, end=end)
        for instance in sorted(totals.keys() | goods.keys()):
            good, total = goods.get(instance, {}), totals.get(instance, {})
            newest = max(good.keys() | total.keys())  # a scrape may lie between the two questions
            alone = (good.keys() ^ total.keys()) - ({newest} if good and total else set())
            if alone:
                has, lacks = selected.total, selected.good
                if min(alone) in good:
                    has, lacks = lacks, has
                raise RemoteError(
                    f"{self.place} has no {lacks} of {quoted(instance)}, but {has}",
                    fix="let nodes expose both from their start, beginning at 0 "
                    "(fedfuse slo --help)",
                )
            if any(good[at] > total[at] for at in good.keys() & total.keys()):
                raise RemoteError(
                    f"{self.place} counts more good requests than requests of {quoted(instance)}: "
                    f"{selected.good}",
                    fix="let nodes count a request before they count it as good, and expose the "
                    "good ones first",
                )
        return [(instance, goods[instance], totals[instance]) for instance in totals]

    def _series(self, selector: str, *, start: datetime, end: datetime) -> dict[str, _Samples]:
        """The samples a selector finds, by instance and then by second.

        Those of slow windows only are read every five minutes: three days of many nodes fit then.
        """
        middle = max(start, end - timedelta(seconds=LONGEST_SECONDS))
        recent = self._range(selector, "", start=middle, end=end)
        if middle == start:
            return recent
        older = self._range(selector, f":{_STEP_SECONDS}s", start=start, end=middle)
        return {
            instance: {**older.get(instance, {}), **recent.get(instance, {})}
            for instance in older.keys() | recent.keys()
        }

    def _range(
        self, selector: str, step: str, *, start: datetime, end: datetime
    ) -> dict[str, _Samples]:
        seconds = math.ceil((end - start).total_seconds()) + 1
        answer = self._ask(f"{selector}[{seconds}s{step}]", end)
        try:
            if answer["data"]["resultType"] != "matrix":
                self._refuse("no matrix")
            found: dict[str, dict[float, int]] = {}
            for series in answer["data"]["result"]:
                samples = found.setdefault(_instance(series["metric"]), {})
                for at, value in series["values"]:
                    if at in samples:
                        self._refuse(f"two series of {quoted(_instance(series['metric']))}")
                    samples[_moment(at, start, end)] = self._count(value)
        except (LookupError, TypeError, ValueError, AttributeError):
            self._refuse("no time series")
        return {instance: samples for instance, samples in found.items() if samples}

    def _ask(self, query: str, end: datetime) -> Any:
        http = importlib.import_module("httpx2")  # 60 ms that only this command pays
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        asked = {"query": query, "time": f"{end.timestamp():.3f}"}
        address = f"{self.url.rstrip('/')}/api/v1/query"
        loopback = {"all://127.0.0.1": None}  # a proxy of the environment is not for loopback
        try:
            with (
                http.Client(headers=headers, timeout=_TIMEOUT_SECONDS, mounts=loopback) as client,
                client.stream("GET", address, params=asked) as response,
            ):
                status, body = response.status_code, self._bounded(response)
        except (http.HTTPError, http.InvalidURL) as err:
            raise RemoteError(
                f"{self.place} cannot be reached ({type(err).__name__})",
                fix=f"start Prometheus there, or correct --source prometheus:{self.url}",
            ) from err
        return self._answer(status, body)

    def _bounded(self, response: Any) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise RemoteError(
                    f"{self.place} answers more than {MAX_ANSWER_BYTES} bytes",
                    fix="scrape less often, or keep other labels out of these counters",
                )
        return bytes(body)

    def _answer(self, status: int, body: bytes) -> Any:
        if status in {401, 403}:
            raise RemoteError(
                f"{self.place} refuses the token (HTTP {status})",
                fix=f"export {TOKEN_VARIABLE}=... with one that may query",
            )
        try:
            answer = json.loads(body)
            reason = "" if answer["status"] == "success" else quoted(str(answer["error"]))
        except (ValueError, LookupError, TypeError, RecursionError):
            self._refuse(f"HTTP {status}, which is no answer of Prometheus")
        if status != 200 or reason:
            self._refuse(f"HTTP {status}, {reason}")
        return answer

    def _count(self, value: str) -> int:
        if not _COUNT.fullmatch(value):
            self._refuse(f"{quoted(value)}, which is no count of requests")
        return int(value)

    def _refuse(self, what: str) -> NoReturn:
        raise RemoteError(
            f"{self.place} answers {what}", fix=f"point --source at Prometheus: {self.url}"
        )


def _moment(at: object, start: datetime, end: datetime) -> float:
    """Seconds since the epoch of a sample. Raises ValueError for none within what was asked."""
    first, last = start.timestamp() - _SLACK_SECONDS, end.timestamp() + _SLACK_SECONDS
    if isinstance(at, bool) or not isinstance(at, int | float) or not first <= at <= last:
        raise ValueError("no moment that was asked for")
    return float(at)


def _instance(labels: Mapping[str, str]) -> str:
    """What the two series of one process have in common."""
    kept = {name: value for name, value in labels.items() if name not in NOT_OF_THE_INSTANCE}
    return json.dumps(kept, sort_keys=True)
