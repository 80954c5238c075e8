"""`fedfuse serve` as a process: how it starts, switches, follows and ends."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.bundles import tag_of
from tests.support.cli_runner import fedfuse
from tests.support.model_backend import backends
from tests.support.model_server import Answer, ModelServer, chat, listing, model_server
from tests.support.node_release import ROLES, TAG, endpoints, land, model_id, release
from tests.support.published_registry import FIRST, publish
from tests.support.served_node import served, urls

TEXTGEN, NEXT = model_id("hf/textgen"), model_id("hf/textgen", 2)
OTHERS = [model_id(unit) for unit in ROLES if unit != "hf/textgen"]


@dataclass
class Slow:
    """A model that answers when it is allowed to."""

    asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def answer(self, _: Mapping[str, Any]) -> Answer:
        """Say so, wait, answer."""
        self.asked.set()
        assert self.may_answer.wait(30)
        return chat("at last")


@contextmanager
def rig(root: Path, slow: Slow, *more: str) -> Iterator[list[ModelServer]]:
    """A release whose target is slow, and quick servers of everything else."""
    land(root, release())
    with ExitStack() as stack:
        made = [stack.enter_context(model_server(slow.answer))]
        made[0].models = listing(TEXTGEN)
        made.append(stack.enter_context(model_server(lambda _: chat("quick"))))
        made[1].models = listing(*OTHERS, *more)
        endpoints(root, *(server.url for server in made))
        yield made


def test_sigterm_lets_a_request_end_and_takes_no_other(tmp_path: Path) -> None:
    slow = Slow()
    with rig(tmp_path, slow), served(tmp_path) as node, ThreadPoolExecutor() as pool:
        node.event("serving")
        last = pool.submit(node.chat, "hi")
        assert slow.asked.wait(30)
        ended = pool.submit(node.terminate)
        while _is_listening(node.url):
            """Until it takes no more connections."""
        assert not ended.done()
        slow.may_answer.set()
        assert "at last" in last.result().text
        assert ended.result() == 0


def _is_listening(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port))).close()
    except ConnectionError:
        return False
    return True


def test_a_request_ends_on_the_release_it_began_with(tmp_path: Path) -> None:
    slow = Slow()
    with rig(tmp_path, slow, NEXT), served(tmp_path) as node, ThreadPoolExecutor() as pool:
        node.event("serving")
        before = pool.submit(node.chat, "hi")
        assert slow.asked.wait(30)
        land(tmp_path, release("1.1.0", textgen=2))
        assert node.event("serving")["release"] == tag_of("1.1.0")
        after = node.chat("hi")
        slow.may_answer.set()
        found = [
            (got.headers["x-fedfuse-release"], got.headers["x-fedfuse-unit"])
            for got in (before.result(), after)
        ]
        assert found == [(TAG, TEXTGEN), (tag_of("1.1.0"), NEXT)]


def test_a_release_whose_models_are_not_there_waits_while_the_old_one_serves(
    tmp_path: Path,
) -> None:
    slow = Slow()
    slow.may_answer.set()
    with rig(tmp_path, slow) as servers, served(tmp_path) as node:
        node.event("serving")
        land(tmp_path, release("1.1.0", textgen=2))
        missing = [f"{kind}: no endpoint serves {NEXT}" for kind in ("chat", "sensitive")]
        assert node.event("missing")["missing"] == missing
        ready = node.get("/readyz")
        assert (ready.status_code, ready.json()["missing"]) == (200, missing)
        assert node.chat("hi").headers["x-fedfuse-release"] == TAG
        servers[1].models = listing(*OTHERS, NEXT)
        assert node.event("serving")["release"] == tag_of("1.1.0")
        assert node.chat("hi").headers["x-fedfuse-unit"] == NEXT


def test_a_changed_release_is_not_switched_to_and_says_why(tmp_path: Path) -> None:
    slow = Slow()
    slow.may_answer.set()
    with rig(tmp_path, slow, NEXT), served(tmp_path) as node:
        node.event("serving")
        folder = land(tmp_path, release("1.1.0", textgen=2), is_current=False)
        (folder / "routes.json").write_bytes(b"{}")
        land(tmp_path, release("1.1.0", textgen=2))
        assert "not those that were pulled" in node.event("missing")["missing"][0]
        assert node.chat("hi").headers["x-fedfuse-release"] == TAG


def test_a_node_without_its_models_starts_is_not_ready_and_answers_503(tmp_path: Path) -> None:
    land(tmp_path, release())
    with model_server(lambda _: chat("x")) as server:
        endpoints(tmp_path, server.url)
        with served(tmp_path) as node:
            assert node.event("missing")["release"] == TAG
            assert node.get("/readyz").status_code == 503
            got = node.chat("hi")
            assert (got.status_code, got.headers["retry-after"]) == (503, "2")
            assert node.get("/healthz").status_code == 200
            rehearsed = fedfuse(tmp_path, "serve", ".", "--dry-run")
            assert (rehearsed.code, rehearsed.err) == (1, "")
            assert f"{TAG} would not be served" in rehearsed.out
            found = fedfuse(tmp_path, "serve", ".", "--dry-run", "--format=json", "--quiet")
            assert (found.code, len(found.json()["missing"])) == (1, 6)


def test_a_node_follows_a_channel_of_a_registry(tmp_path: Path) -> None:
    publish(tmp_path, releases=1)
    units = ("hf/textgen-lora", "gcp/embedder", "aws/runtime-distilled")
    root, clone = tmp_path / "node", tmp_path / "clone"
    root.mkdir()
    follow = ("--follow", "candidate", "--from", "git", "--root", str(clone))
    with backends(*map(model_id, units)) as running:
        endpoints(root, *urls(running))
        with served(root, *follow) as node:
            assert node.event("serving")["release"] == FIRST
            got = node.chat("hi", "serve")
            assert got.headers["x-fedfuse-unit"] == model_id("aws/runtime-distilled")
        (running[model_id("gcp/embedder")]).kill()
        assert fedfuse(tmp_path, "serve", "node", "--dry-run").code == 1
        running[model_id("gcp/embedder")].restart()
        rehearsed = fedfuse(tmp_path, "serve", "node", "--dry-run")
        assert (rehearsed.code, rehearsed.out) == (0, f"{FIRST} would be served\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--host", "0.0.0.0"), 2, "no key is asked for"),  # noqa: S104 - refused
        (("--key-env", "NO_SUCH_KEY"), 2, "NO_SUCH_KEY is not set"),
        (("--follow", "warm"), 2, "warm cannot be followed"),
        (("--endpoints", "gone.yaml"), 2, "gone.yaml: No such file"),
        (("--host", "192.0.2.1", "--key-env", "HOME"), 3, "cannot listen on 192.0.2.1"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    land(tmp_path, release())
    endpoints(tmp_path, "http://127.0.0.1:9")
    done = fedfuse(tmp_path, "serve", ".", *words)
    assert done.is_error(code), done
    assert said in done.err


def test_a_folder_without_a_release_says_how_to_pull_one(tmp_path: Path) -> None:
    endpoints(tmp_path, "http://127.0.0.1:9")
    done = fedfuse(tmp_path, "serve", ".")
    assert done.is_error(2)
    assert "fedfuse pull --warm --to ." in done.err


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path) -> None:
    land(tmp_path, release())
    endpoints(tmp_path, "http://127.0.0.1:9")
    script = (
        "import sys; sys.modules['starlette'] = None; sys.argv = ['fedfuse', 'serve', '.']; "
        "from fedfuse.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert "pip install 'fedfuse[serve]'" in done.stderr
    assert len(done.stderr.splitlines()) == 2
