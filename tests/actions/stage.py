"""One registry on a loopback github.com with its workflows, and a loopback Hub."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from sysconfig import get_path
from typing import Any

from fedfuse.adapters import tool
from fedfuse.adapters.hub import Hub
from fedfuse.flows.registry import github_template
from fedfuse.flows.registry.init import pin
from fedfuse.model import tool_lock
from fedfuse_demo.hub.server import TOKEN as HUB_TOKEN
from fedfuse_demo.hub.server import Fault as HubFault
from fedfuse_demo.hub.server import LoopbackHub
from fedfuse_demo.hub.server import Seen as HubSeen
from tests.actions import act, payloads
from tests.actions.act import Run
from tests.actions.git_server import GitServer
from tests.github.bare import Bare
from tests.github.server import Fault, LoopbackGitHub, Seen
from tests.github.store import APP, TOKENS, Account, Pull
from tests.support.git_repositories import Sandbox
from tests.support.registry import TOOL, RegistrySandbox

HERE = Path(__file__).parent
REPOSITORY = "acme/registry"
HUB = "acme/acme-ai-federated"
APP_KEY = "key-of-the-release-app"
APP_TOKEN, ACTIONS_TOKEN = "ghs_app", "ghs_actions"
TOOL_FILES = (".github", "pyproject.toml", "requirements-dev.lock", "scripts")
TOOL_AT = ("acme/fedfuse", "5" * 40)
"""Where a registry that does not hold the tool finds it."""
_PINNED = re.compile(r"uses: (?P<pin>actions/(?P<name>[\w-]+)@[0-9a-f]{40})")


def begin(root: Path, **policy: Any) -> RegistrySandbox:
    """A registry on whose main is the tool as well, and nothing shipped yet.

    `policy` adds to registry.yaml, or replaces.
    """
    app = {"login": APP.login, "id": APP.id}
    box = RegistrySandbox.create(root, **{"hub": f"hf://{HUB}", "app": app, **policy})
    copy_tool(root)
    box.write(".gitignore", ".venv/\n__pycache__/\nartifacts\n")
    box.commit("tool: begin")
    return box


def begin_thin(root: Path, **policy: Any) -> RegistrySandbox:
    """A registry that holds no tool but pins the one in the folder `tool` beside it."""
    app = {"login": APP.login, "id": APP.id}
    box = RegistrySandbox.create(root, **{"hub": f"hf://{HUB}", "app": app, **policy})
    copy_tool(root.parent / "tool")
    lock = pin(TOOL_AT)
    box.write(tool_lock.PATH, tool_lock.render(lock))
    for path, text in github_template.workflows(tool.template(".github/workflows"), lock).items():
        box.write(path, text)
    box.write(".gitignore", "artifacts\n")
    box.commit("registry: begin")
    return box


def copy_tool(root: Path) -> None:
    """The tool with its actions, and with the double of its installation."""
    root.mkdir(exist_ok=True)
    for name in TOOL_FILES:
        source, target = TOOL / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    shutil.copy(HERE / "stubs/setup", root / "scripts/setup")


def copied(box: RegistrySandbox, root: Path) -> RegistrySandbox:
    """The same registry, artifacts included, in a folder of its own."""
    shutil.copytree(box.root, root)
    made = copy(box)
    made.root = root
    return made


class Stage:
    """github.com as the registry sees it: git, API, pull requests, merges, runs of workflows."""

    def __init__(self, root: Path, box: RegistrySandbox, git: GitServer) -> None:
        self.box = box
        self.github = LoopbackGitHub(faults=self._before)
        self.hub = LoopbackHub(root / "hub", faults=self._before_hub)
        self.meanwhile: Callable[[Seen], Fault | None] = lambda _: None
        """What else happens before GitHub answers a request."""
        self.hub_faults: Callable[[HubSeen], HubFault | None] = lambda _: None
        """How requests to the Hub go wrong."""
        self._root = root
        self._bare = self.github.store.bare = Bare(root / "git" / REPOSITORY)
        self._bare.git("config", "http.receivepack", "true")
        self._bare.git("config", "receive.hideRefs", "refs/pull")
        git.pushed = self.github.pushed
        shutil.copy(HERE / "pre-receive", self._bare.root / "hooks")
        self._config = root / "gitconfig"
        self._config.write_text(f'[url "{git.url}"]\n\tinsteadOf = https://github.com/\n')
        self._runs = 0
        self.merge()

    @property
    def started(self) -> Sequence[tuple[str, int | str]]:
        """The events so far that start workflows on GitHub, with what each is about.

        Requests to the API and pushes to the branch of a pull request cause them: as in
        `("pull_request.opened", 101)` and `("push", "refs/heads/main")`. Nothing that is done
        with the token of Actions is among them, dispatches aside.
        """
        return tuple(self.github.store.started)

    def merge(self) -> None:
        """Move main to what the box has, as the merge button does: without a push."""
        self._bare.git("fetch", "-q", str(self.box.root), "main:main")

    def pull(self) -> None:
        """Make main and the tags of the box what they are on github.com, and switch to main."""
        self.box.git("fetch", "-q", "--tags", str(self._bare.root), "main")
        self.box.git("switch", "-q", "-C", "main", "FETCH_HEAD")
        newest = int(self.box.git("log", "-1", "--format=%ct"))
        self.box.clock = max(self.box.clock, newest)

    def open_pull(self, number: int, head: str, *, author: int) -> None:
        """Open a pull request from a fork, or push to it: its commits become objects here."""
        self._bare.git("fetch", "-q", str(self.box.root), f"+{head}:refs/pull/{number}/head")
        self.github.store.pulls[number] = Pull(number, head, author)

    def tags(self) -> dict[str, str]:
        """Tag to the object it names on the git server."""
        return dict(self._bare.refs("refs/tags/"))

    def push(self, *refspecs: str, token: str) -> str:
        """Push from the box over HTTP; what the server said when it refused, else nothing."""
        url = f"https://github.com/{REPOSITORY}"
        done = self._as_person(("git", "push", "--quiet", url, *refspecs), token)
        return done.stderr if done.returncode else ""

    def fedfuse(self, *words: str, token: str) -> subprocess.CompletedProcess[str]:
        """Run the command in the box as somebody whose token is in the environment."""
        command = (sys.executable, "-c", "from fedfuse.cli.main import main; main()")
        return self._as_person((*command, *words), token)

    def _as_person(self, command: Sequence[str], token: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.box.root,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(TOOL / "scripts"),
                "GIT_CONFIG_GLOBAL": str(self._config),
                "GIT_ASKPASS": str(TOOL / ".github/actions/setup/askpass"),
                "GITHUB_API_URL": self.github.url,
                "GITHUB_TOKEN": token,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def on_hub(self) -> Hub:
        """A speaker to the mirror, as a maintainer has it."""
        return Hub(HUB, endpoint=self.hub.endpoint, token=HUB_TOKEN)

    def check(
        self, number: int, *, has_app: bool = True, at: str = "", sender: Account | None = None
    ) -> Run:
        """What GitHub starts when a pull request is opened or pushed to; default: by its author."""
        payload = payloads.pull_request(self.github.store.pulls[number], sender=sender)
        return self.run("check", "pull_request_target", payload=payload, trusted=has_app, at=at)

    def run(
        self,
        workflow: str,
        kind: str,
        *,
        payload: Mapping[str, Any] = payloads.MAIN,
        commit: str = "",
        trusted: bool = True,
        variables: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        at: str = "",
    ) -> Run:
        """Run a workflow file of main, or of a commit; an untrusted run gets no secrets.

        `variables` and `secrets` come on top of what the release App and the Hub need. `at`, ISO
        8601, is when the run begins by the clock of the tool and of `date`, and the date of merges
        from then on.
        """
        self._runs += 1
        clone = Sandbox.clone(self._bare.root, self._root / f"run-{self._runs}")
        clone.git("checkout", "-q", "-B", "main", commit or "origin/main")
        clone.git("remote", "set-url", "origin", f"https://github.com/{REPOSITORY}")
        known = {"FEDFUSE_APP_KEY": APP_KEY, "HF_TOKEN": HUB_TOKEN, **(secrets or {})}
        settings = {"FEDFUSE_APP_ID": str(APP.app_id)} if trusted else {}
        return act.run(
            clone.root,
            workflow,
            kind,
            payload=payload,
            secrets={"GITHUB_TOKEN": ACTIONS_TOKEN, **(known if trusted else {})},
            settings={**settings, **(variables or {})},
            env={**self._env(), **(self._clock(at) if at else {})},
            stubs={**_stubs(clone.root), "@".join(TOOL_AT): self._root / "tool"},
        )

    def _clock(self, at: str) -> Mapping[str, str]:
        self.github.store.now = at
        ahead = datetime.fromisoformat(at) - datetime.now(UTC)
        return {
            "PATH": f"{HERE / 'clock'}:{os.environ['PATH']}",
            "PYTHONPATH": str(HERE / "clock"),
            "STAGE_SECONDS_AHEAD": str(ceil(ahead.total_seconds())),
        }

    def _before(self, seen: Seen) -> Fault | None:
        self.github.store.tags = self.tags()
        return self.meanwhile(seen)

    def _before_hub(self, seen: HubSeen) -> HubFault | None:
        return self.hub_faults(seen)

    def _env(self) -> Mapping[str, str]:
        return {
            "GITHUB_API_URL": self.github.url,
            "GIT_CONFIG_GLOBAL": str(self._config),
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_HOME": str(self._root / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "STAGE_APP": f"{APP.app_id} {APP_KEY}",
            "STAGE_APP_TOKEN": APP_TOKEN,
            "STAGE_ARTIFACTS": str(self.box.root / "artifacts"),
            "STAGE_LIBRARIES": get_path("purelib"),
            "STAGE_PYTHON": sys.executable,
        }


@contextmanager
def opened(root: Path, box: RegistrySandbox) -> Iterator[Stage]:
    """A stage whose main is the box's main; leaving it fails if anything broke GitHub's API."""
    accounts = {token: account.login for token, account in TOKENS.items()}
    with GitServer(root / "git", accounts) as git:
        stage = Stage(root, box, git)
        with stage.hub, stage.github:
            yield stage


def _stubs(clone: Path) -> Mapping[str, Path]:
    """A folder for each action that the workflows of a clone pin."""
    texts = "".join(file.read_text("utf-8") for file in (clone / ".github/workflows").iterdir())
    found = {match["pin"]: HERE / "stubs" / match["name"] for match in _PINNED.finditer(texts)}
    return {pin: folder for pin, folder in found.items() if folder.is_dir()}
