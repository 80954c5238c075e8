"""The stage of the demonstration: folders, a loopback Hub, and commands run as a person would."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fedfuse.errors import FedfuseError
from fedfuse_demo.hub.server import TOKEN, LoopbackHub

ORGANISATION = "acme"
_REPORT = "report this with the output above"
_NEXT = re.compile(r"^next: (.+)$", re.MULTILINE)
_OWN_SETTINGS = ("GIT_", "HF_", "GITHUB_", "FEDFUSE_")


@dataclass(slots=True)
class Stage:
    """Everything lies below one folder; the Hub serves from there too."""

    root: Path
    hub: LoopbackHub
    transcript: list[str] = field(default_factory=list)
    """Every line said so far."""
    advice: str = ""
    """The shell line that the newest command named as the next; empty when it named none."""

    @property
    def upstream(self) -> Path:
        """The bare registry that everyone clones."""
        return self.root / "upstream.git"

    def clone_of(self, who: str) -> Path:
        """Where a participant's clone lies."""
        return self.root / "clones" / who

    def environment(self) -> dict[str, str]:
        """The environment of every command: the loopback Hub, and nobody's own settings.

        Without a token of GitHub's nothing here can reach a real pull request.
        """
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_OWN_SETTINGS)}
        return kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "HF_TOKEN": TOKEN,
            "HOME": str(self.root),
        }

    def say(self, line: str = "") -> None:
        """Print a line of the story."""
        self.transcript.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.say()
        self.say(f"== {title}")

    def fedfuse(
        self,
        cwd: Path,
        *words: str,
        expect: int = 0,
        says: tuple[str, ...] = (),
        show: bool = True,
        announce: bool = True,
    ) -> str:
        """Run `fedfuse` in a folder and return what it printed.

        Raises FedfuseError when it ends with another exit code than expected, or what it printed
        lacks one of the sentences in `says`, however they are spaced: the demonstration is then
        wrong, and says so.
        """
        if announce:
            self.say(f"{cwd.name}$ fedfuse {shlex.join(_shortened(words))}")
        done = self._run(cwd, [sys.executable, "-m", "fedfuse", *words])
        if done.returncode != expect:
            raise FedfuseError(
                f"fedfuse {words[0]} ended with {done.returncode}, expected {expect}: "
                f"{(done.stderr or done.stdout).strip()}",
                fix=_REPORT,
            )
        self.advice = "".join(_NEXT.findall(done.stderr)[-1:])
        if show:
            for line in done.stdout.rstrip("\n").splitlines():
                self.say(f"    {line}" if line else "")
        printed = " ".join(done.stdout.split())
        for sentence in says:
            self.must(sentence in printed, f"fedfuse {words[0]} says {sentence!r}")
        return done.stdout

    def follow(self, cwd: Path) -> None:
        """Run the shell line that the newest command advised. Raises FedfuseError if it fails."""
        self.must(bool(self.advice), "the command says what comes next")
        self.say(f"{cwd.name}$ {self.advice}")
        done = self._run(cwd, ["sh", "-c", self.advice])
        self.must(done.returncode == 0, f"what it advises works: {done.stderr.strip()}")

    def must(self, holds: bool, claim: str) -> None:  # noqa: FBT001 - reads as a sentence
        """End the demonstration unless what it claims holds. Raises FedfuseError."""
        if not holds:
            raise FedfuseError(f"this does not hold: {claim}", fix=_REPORT)

    def git(self, cwd: Path, *words: str) -> str:
        """Run git in a folder and return what it printed. Raises FedfuseError when git fails."""
        identity = ["-c", "user.name=Demo", "-c", "user.email=demo@acme.invalid"]
        done = self._run(cwd, ["git", *identity, *words])
        if done.returncode != 0:
            raise FedfuseError(f"git {shlex.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _run(self, cwd: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=cwd, env=self.environment(), capture_output=True, text=True, check=False
        )


def _shortened(words: Sequence[str]) -> list[str]:
    """Full object ids as people write them."""
    return [w[:12] if len(w) == 40 and set(w) <= set("0123456789abcdef") else w for w in words]
