"""Tells a wheel which commit it was built from; a tree with uncommitted changes has none."""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):
    """Writes `fedfuse/template/COMMIT`, which `fedfuse init` pins."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file, unless git knows no commit that holds exactly these files."""
        if version == "editable" or self._git("status", "--porcelain", "--", "scripts/fedfuse"):
            return
        commit = self._git("rev-parse", "HEAD")
        if commit:
            written = Path(self.directory) / "COMMIT"
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(f"{commit}\n", encoding="ascii")
            build_data["force_include"][str(written)] = "fedfuse/template/COMMIT"

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.root, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()
