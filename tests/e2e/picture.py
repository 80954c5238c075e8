"""Draws a pull-request comment as GitHub would show it: `.github/report.png` in the README.

`python -m tests.e2e.picture` plays the demonstration up to the pull request that it refuses and
draws its comment, the chart unfolded. Given two files, COMMENT.md and PICTURE.png, it draws what
`fedfuse check --format markdown` printed. Needs Chromium, fonts and Mermaid:
`apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji`,
`tests/github/install`. A picture says in itself what it shows, so that a test sees it grow old.
"""

import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from fedfuse.model.canonical import sha256
from fedfuse_demo import story
from fedfuse_demo.hub.server import LoopbackHub
from fedfuse_demo.pulls import ACTORS
from fedfuse_demo.shipments import WORSE
from fedfuse_demo.stage import Stage
from tests.github.description import cache_folder
from tests.unit.report import gfm

PICTURE = Path(__file__).parents[2] / ".github" / "report.png"
REDRAW = "python -m tests.e2e.picture"
WIDTH = 980

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SHOWS = b"fedfuse shows\0"
"""The keyword of the PNG's tEXt chunk, which holds the fingerprint."""
_OF_THIS_RUN = re.compile(
    r"\b[0-9a-f]{40}\b|\b[0-9a-f]{64}\b|\b\d{4}-\d\d-\d\dT[\d:]+Z|\b\d+ days?\b"
)
"""What each run of the demonstration has anew: commits, digests, clocks, the age of a price."""
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=10000",
)
_STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1f2328;
       font: 14px/1.5 "DejaVu Sans", sans-serif; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; }
.author { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
          border-radius: 6px 6px 0 0; color: #59636e; }
.author b { color: #1f2328; }
.author i { border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 7px; font-size: 12px;
            font-style: normal; }
.body { padding: 16px; }
.body > :first-child { margin-top: 0; } .body > :last-child { margin-bottom: 0; }
h3 { font-size: 1.25em; margin: 0 0 16px; }
p, ul, ol, table, pre, details { margin: 0 0 16px; }
ol, ul { padding-left: 2em; } li + li { margin-top: 4px; }
table { border-collapse: collapse; } th, td { padding: 6px 13px; border: 1px solid #d1d9e0; }
tr:nth-child(2n) td { background: #f6f8fa; }
code, pre { font: 85% "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; }
code { padding: .2em .4em; } h3 code { font-size: 85%; }
pre { padding: 16px; background: #f6f8fa; overflow: hidden; }
pre code { background: none; padding: 0; font-size: 100%; }
summary { cursor: pointer; } details { margin-bottom: 8px; }
"""
_MEASURE = "document.title = document.documentElement.scrollHeight"
_DRAW = """
for (const source of document.querySelectorAll("pre[lang=mermaid]")) {
  const chart = document.createElement("div");
  chart.className = "mermaid";
  chart.textContent = source.textContent;
  source.closest("details").open = true;
  source.replaceWith(chart);
}
mermaid.initialize({startOnLoad: false});
mermaid.run().then(() => { MEASURE; });
""".replace("MEASURE", _MEASURE)


def refused() -> str:
    """The comment on the pull request that `scripts/demo` refuses: the demonstration is played."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        hub = LoopbackHub(Path(folder, "hub"))
        hub.start()
        try:
            return _refused(Stage(Path(folder), hub))
        finally:
            hub.stop()


def _refused(stage: Stage) -> str:
    story.make_registry(stage)
    story.first_release(stage)
    story.better_version(stage)
    branch, maintainer = story.propose(stage, WORSE), stage.clone_of("maintainer")
    stage.git(maintainer, "fetch", "-q", "origin")
    return stage.fedfuse(
        maintainer,
        *("check", "--base", "origin/main", "--head", f"origin/{branch}"),
        *("--actor-id", str(ACTORS[WORSE.provider]), "--format", "markdown"),
        expect=1,
    )


def fingerprint(comment: str) -> str:
    """The sha256 of all that a picture of the comment shows, but for what each run has anew."""
    return sha256(page(_OF_THIS_RUN.sub("", comment)).encode("utf-8"))


def shown_in(picture: bytes) -> str:
    """The fingerprint of what a picture shows; empty for one that does not say."""
    (size,) = struct.unpack(">I", _after_header(picture)[:4])
    kind, content = _after_header(picture)[4:8], _after_header(picture)[8 : 8 + size]
    is_ours = kind == b"tEXt" and content.startswith(_SHOWS)
    return content.removeprefix(_SHOWS).decode("ascii") if is_ours else ""


def signed(picture: bytes, shows: str) -> bytes:
    """A PNG that says what it shows, in the chunk after its header."""
    chunk = b"tEXt" + _SHOWS + shows.encode("ascii")
    rest = _after_header(picture)
    size, check = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return picture[: -len(rest)] + size + chunk + check + rest


def _after_header(picture: bytes) -> bytes:
    """The chunks after IHDR, which is always the first and 25 bytes long."""
    assert picture.startswith(_SIGNATURE)
    return picture[len(_SIGNATURE) + 25 :]


def page(comment: str, mermaid: Path | None = None) -> str:
    """The comment as an HTML page; its title becomes its height in pixels once all is drawn."""
    library = f'<script src="{mermaid.as_uri()}"></script>' if mermaid else ""
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"
        '<div class="comment"><div class="author"><b>acme-registry</b> <i>bot</i> commented'
        f'</div><div class="body">{gfm.html(comment)}</div></div>'
        f"{library}<script>{_DRAW if mermaid else _MEASURE}</script>"
    )


def draw(comment: str, to: Path) -> None:
    """Write the picture of a comment. Raises CalledProcessError when Chromium fails."""
    chromium = shutil.which("chromium") or "chromium"
    mermaid = cache_folder() / "node_modules/mermaid/dist/mermaid.min.js"
    with tempfile.TemporaryDirectory() as folder:
        source, drawn = Path(folder, "comment.html"), Path(folder, "comment.png")
        source.write_text(page(comment, mermaid.resolve(strict=True)), encoding="utf-8")

        def run(*options: str) -> str:
            profile = f"--user-data-dir={Path(folder, 'profile')}"
            command = [chromium, *_QUIET, profile, *options, source.as_uri()]
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
            return done.stdout

        title = re.search(r"<title>(\d+)</title>", run(f"--window-size={WIDTH},400", "--dump-dom"))
        height = title[1] if title else "1200"
        run(
            f"--window-size={WIDTH},{height}",
            "--force-device-scale-factor=1.5",
            f"--screenshot={drawn}",
        )
        to.write_bytes(signed(drawn.read_bytes(), fingerprint(comment)))


def main(comment: str = "", picture: str = "") -> None:
    """Draw the comment in the file `comment` into the file `picture`; both have defaults."""
    target = Path(picture) if picture else PICTURE
    draw(Path(comment).read_text(encoding="utf-8") if comment else refused(), target)
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
