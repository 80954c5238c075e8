"""Draws a pull-request comment as GitHub would show it: `.github/report.png` in the README.

`python -m tests.e2e.picture [COMMENT.md [PICTURE.png [MERMAID.js]]]`, where COMMENT.md is what
`fedfuse check --format markdown` printed; without it a sample report is drawn. With MERMAID.js
(`dist/mermaid.min.js` of the npm package `mermaid`) charts are unfolded and drawn, as GitHub does.
Needs Chromium and fonts:
`apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from fedfuse.report import markdown
from tests.unit.report import builders, samples

PICTURE = Path(__file__).parents[2] / ".github" / "report.png"
SAMPLE = "fails_gates"
WIDTH = 980

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
for (const source of document.querySelectorAll("code.language-mermaid")) {
  const chart = document.createElement("div");
  chart.className = "mermaid";
  chart.textContent = source.textContent;
  source.closest("details").open = true;
  source.parentElement.replaceWith(chart);
}
mermaid.initialize({startOnLoad: false});
mermaid.run().then(() => { MEASURE; });
""".replace("MEASURE", _MEASURE)


def page(comment: str, mermaid: Path | None = None) -> str:
    """The comment as an HTML page; its title becomes its height in pixels once all is drawn."""
    body = MarkdownIt("commonmark").enable("table").render(comment)
    library = f'<script src="{mermaid.as_uri()}"></script>' if mermaid else ""
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"
        '<div class="comment"><div class="author"><b>acme-registry</b> <i>bot</i> commented'
        f'</div><div class="body">{body}</div></div>'
        f"{library}<script>{_DRAW if mermaid else _MEASURE}</script>"
    )


def draw(comment: str, to: Path, mermaid: Path | None = None) -> None:
    """Write the picture of a comment. Raises CalledProcessError when Chromium fails."""
    chromium = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "comment.html")
        source.write_text(page(comment, mermaid), encoding="utf-8")

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
            f"--screenshot={to}",
        )


def main(comment: str = "", picture: str = "", mermaid: str = "") -> None:
    """Draw the comment in the file `comment` into the file `picture`; all have defaults."""
    sample = markdown.render(samples.SAMPLES[SAMPLE], reproduce=builders.REPRODUCE)
    target = Path(picture).resolve() if picture else PICTURE
    text = Path(comment).read_text(encoding="utf-8") if comment else sample
    draw(text, target, Path(mermaid).resolve() if mermaid else None)
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
