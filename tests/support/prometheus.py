"""A real Prometheus on loopback with a history, and promtool to judge what we write for it."""

import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fedfuse.model.slo.counters import Sample

INSTALL = "apt-get install -y --no-install-recommends prometheus"
needs_prometheus = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")), reason=f"install it: {INSTALL}"
)
_CONFIG = "global: {scrape_interval: 1h}\nscrape_configs: []\n"
_READY = "Server is ready to receive web requests"


def promtool(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run promtool in a folder."""
    return subprocess.run(
        ["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def exposition(samples: Iterable[Sample], *, bucket: str = "0.25") -> str:
    """The samples as nodes expose them, in OpenMetrics with the time of every scrape.

    Latency becomes a histogram with a bucket at the objective; the others are two counters.
    """
    lines = []
    for one in sorted(samples, key=lambda sample: sample.at):
        labels = f'release="{one.release}",instance="{one.instance}",job="node"'
        if one.objective == "latency":
            name = "fedfuse_request_duration_seconds"
            lines += [
                f'{name}_bucket{{{labels},le="{bucket}"}} {one.good} {one.at}',
                f'{name}_bucket{{{labels},le="+Inf"}} {one.total} {one.at}',
                f"{name}_count{{{labels}}} {one.total} {one.at}",
            ]
        else:
            labels = f'{labels},objective="{one.objective}"'
            lines += [
                f"fedfuse_slo_requests_total{{{labels}}} {one.total} {one.at}",
                f"fedfuse_slo_good_requests_total{{{labels}}} {one.good} {one.at}",
            ]
    return "\n".join((*lines, "# EOF", ""))


@contextmanager
def prometheus(folder: Path, history: str) -> Iterator[str]:
    """The address of a Prometheus that has scraped a history already."""
    folder.mkdir()
    (folder / "history.txt").write_text(history)
    (folder / "prometheus.yml").write_text(_CONFIG)
    made = promtool(
        "tsdb", "create-blocks-from", "openmetrics", "history.txt", "data", folder=folder
    )
    assert made.returncode == 0, made.stdout + made.stderr
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        "prometheus",
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address={address}",
    ]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            log = []
            for line in process.stderr:
                log.append(line)
                if _READY in line:
                    break
            assert _READY in log[-1], "".join(log)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.communicate(timeout=30)
