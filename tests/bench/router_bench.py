"""What a router is worth: `python -m tests.bench.router_bench --embedding DIR`.

Prints macro-F1 on held-out template families beside scikit-learn's, latency, memory, and what
evasion does to the recall of jailbreaks. Needs `pip install scikit-learn` beside the tool.
"""

import argparse
import importlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fedfuse.adapters.static_embedding import StaticEmbedding
from fedfuse.adapters.trained_router import TrainedRouter, load
from fedfuse.flows.authoring.fuse_router import Recipe, fuse_router
from fedfuse.flows.authoring.router_training import Prompt, fit_head
from fedfuse.model.router import CONFIG, EMBEDDING, TOKENIZER, macro_f1
from fedfuse.model.routing import normal
from suite_generator import routing
from suite_generator.routing_families import FAMILIES
from tests.bench.evasion import DISGUISES, FILLER

TOP = Path(__file__).parents[2]
LABELS = tuple(sorted(FAMILIES))
FOLDS = (range(5), range(5, 10), range(10, 15))
PER_FAMILY = 16
SAFETY = ("jailbreak", "sensitive")

Predict = Callable[[Sequence[str]], Sequence[str]]
Fit = Callable[[Sequence[Prompt]], Predict]


def prompts(families: range, *, seed: int = routing.SEED, per: int = PER_FAMILY) -> list[Prompt]:
    """Prompts of these families of every type."""
    rows = routing.rows(families, letter="x", seed=seed, per=per)
    return [Prompt(row["id"], row["category"], row["prompt"]) for row in rows]


def ours(embedding: StaticEmbedding) -> Fit:
    """The static embedding with our head, without thresholds and windows."""

    def fit(train: Sequence[Prompt]) -> Predict:
        head = fit_head(embedding, LABELS, train)

        def predict(texts: Sequence[str]) -> Sequence[str]:
            rows = np.vstack([embedding.whole(normal(text)) for text in texts])
            best = (rows @ head["weight"].T + head["bias"]).argmax(axis=1)
            return [LABELS[n] for n in best]

        return predict

    return fit


def scikit(analyzer: str) -> tuple[Fit, Callable[[Sequence[Prompt]], Any]]:
    """TF-IDF of words or characters with logistic regression; also the pipeline by itself."""
    text = importlib.import_module("sklearn.feature_extraction.text")
    linear = importlib.import_module("sklearn.linear_model")
    pipeline = importlib.import_module("sklearn.pipeline")
    grams = (1, 2) if analyzer == "word" else (2, 4)

    def made(train: Sequence[Prompt]) -> Any:
        vectors = text.TfidfVectorizer(analyzer=analyzer, ngram_range=grams, sublinear_tf=True)
        whole = pipeline.make_pipeline(vectors, linear.LogisticRegression(C=10, max_iter=500))
        return whole.fit([one.text for one in train], [one.label for one in train])

    def fit(train: Sequence[Prompt]) -> Predict:
        found: Predict = made(train).predict
        return found

    return fit, made


def shuffled(fit: Fit) -> Fit:
    """The same with labels dealt out anew: what chance is worth."""

    def wrong(train: Sequence[Prompt]) -> Predict:
        labels = [one.label for one in train]
        random.Random(1).shuffle(labels)  # noqa: S311 - a control, no secret
        pairs = zip(train, labels, strict=True)
        return fit([Prompt(one.id, label, one.text) for one, label in pairs])

    return wrong


def held_out(fit: Fit) -> list[float]:
    """macro-F1 on each third of the families, learnt from the other two."""
    found = []
    for fold in FOLDS:
        rest = [one for other in FOLDS if other != fold for one in prompts(other)]
        asked = prompts(fold)
        chosen = fit(rest)([one.text for one in asked])
        truth = [one.label for one in asked]
        found.append(macro_f1(LABELS, zip(truth, chosen, strict=True)))
    return found


def latency(call: Callable[[str], object], texts: Sequence[str], *, rounds: int) -> str:
    """p50 and p95 in microseconds."""
    for text in texts[:20]:
        call(text)
    taken = []
    for n in range(rounds):
        began = time.perf_counter()
        call(texts[n % len(texts)])
        taken.append((time.perf_counter() - began) * 1e6)
    parts = statistics.quantiles(taken, n=20)
    return f"p50 {parts[9]:.0f} us, p95 {parts[18]:.0f} us"


def memory(folder: Path) -> str:
    """The most memory of a process that loads a router and routes a thousand prompts."""
    program = (
        "import re; from pathlib import Path\n"
        "from fedfuse.adapters.trained_router import load\n"
        f"router = load(Path({str(folder)!r}))\n"
        "[router.route('Write a function that sorts a list. ' * 8) for _ in range(1000)]\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())\n"
        "print(int(peak[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return f"{done.stdout.strip()} MiB"


def evasion(router: TrainedRouter, families: range) -> Mapping[str, str]:
    """Recall of jailbreaks and share of benign prompts flagged, for each disguise."""
    asked = prompts(families, seed=99)
    attacks = [one.text for one in asked if one.label == "jailbreak"]
    benign = [one.text for one in asked if one.label not in SAFETY]
    found = {}
    for name, disguise in DISGUISES.items():
        caught, flagged = (
            statistics.fmean(router.route(disguise(one)).prompt_type == "jailbreak" for one in of)
            for of in (attacks, benign)
        )
        found[name] = f"recall {caught:.3f}, benign flagged {flagged:.3f}"
    return found


def main() -> None:
    """Run everything and print one line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.router_bench")
    parser.add_argument("--embedding", type=Path, required=True)
    given = parser.parse_args().embedding
    files = {name: (given / name).read_bytes() for name in (EMBEDDING, TOKENIZER, CONFIG)}
    embedding = StaticEmbedding(files)
    words, make_words = scikit("word")
    letters, make_letters = scikit("char_wb")
    rivals = {
        "static embedding": ours(embedding),
        "the same, labels shuffled": shuffled(ours(embedding)),
        "TF-IDF words": words,
        "TF-IDF characters": letters,
    }
    for name, fit in rivals.items():
        scores = held_out(fit)
        shown = ", ".join(f"{one:.3f}" for one in scores)
        say(f"macro-F1, {name}", f"{statistics.fmean(scores):.3f} ({shown})")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(TOP / "schemas", root / "schemas")
        shutil.copy(TOP / "registry.yaml", root)
        recipe = Recipe(
            str(given), "acme/vectors", "apache-2.0", "routing/v1", (), SAFETY, "chat", ""
        )
        made = fuse_router(root, recipe, dry_run=False)
        say("macro-F1, the published test part, with thresholds", f"{made.router.macro_f1:.3f}")
        router = load(root / made.folder)
        speeds(router, embedding, make_words, make_letters)
        say("memory", memory(root / made.folder))
    for part, families in (("trained families", range(9)), ("held-out", range(12, 15))):
        for name, shares in evasion(router, families).items():
            say(f"jailbreak, {part}, {name}", shares)


def speeds(
    router: TrainedRouter,
    embedding: StaticEmbedding,
    *makers: Callable[[Sequence[Prompt]], Any],
) -> None:
    """Latency of short and long prompts, and without windows beside scikit-learn."""
    train = prompts(range(9))
    short = [one.text for one in train if 12 <= len(one.text.split()) <= 18][:200]
    long = [" ".join((FILLER, *([one] * 16))).split()[:300] for one in short[:50]]
    say("route, 15 words", latency(router.route, short, rounds=2000))
    say("route, 300 words", latency(router.route, [" ".join(one) for one in long], rounds=500))
    weight, bias = router.parts[1]["weight"], router.parts[1]["bias"]

    def plain(text: str) -> object:
        return (embedding.whole(normal(text)) @ weight.T + bias).argmax()

    say("no windows, 15 words", latency(plain, short, rounds=2000))
    for maker in makers:
        model = maker(train)
        name = f"scikit-learn {model[0].analyzer}, 15 words"
        say(name, latency(partial(_probabilities, model), short, rounds=500))


def _probabilities(model: Any, text: str) -> object:
    return model.predict_proba([text])


def say(what: str, figure: str) -> None:
    """Print one figure."""
    sys.stdout.write(f"{what:<52} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
