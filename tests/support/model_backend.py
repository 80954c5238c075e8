"""A model server as a process of its own: `python -m tests.support.model_backend NAME [PORT]`.

It answers `NAME: PROMPT`, in pieces if asked to, and votes against every prompt with `bomb` in it.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fedfuse.node.serving.run import bound


def _app(name: str) -> Starlette:
    async def chat(request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except ClientDisconnect:  # a vote that is decided waits for nobody
            return Response()
        if asked["model"] != name:
            return JSONResponse({"error": {"message": "no such model"}}, 404)
        prompt = asked["messages"][-1]["content"]
        text = f"{name}: {prompt}"
        if "response_format" in asked:
            text = json.dumps({"decision": "refuse" if "bomb" in prompt else "allow"})
        if asked.get("stream"):
            return StreamingResponse(_pieces(name, text), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return JSONResponse({"id": "1", "model": name, "choices": [choice], "usage": usage})

    async def embed(request: Request) -> Response:
        texts = json.loads(await request.body())["input"]
        data = [{"index": at, "embedding": [len(text), 1.0]} for at, text in enumerate(texts)]
        return JSONResponse({"model": name, "data": data, "usage": {"prompt_tokens": 1}})

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": name}]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/embeddings", embed, methods=["POST"]),
            Route("/v1/models", models),
        ]
    )


async def _pieces(name: str, text: str) -> AsyncIterator[bytes]:
    for word in text.split(" "):
        choice = {"index": 0, "delta": {"content": f"{word} "}, "finish_reason": None}
        yield f"data: {json.dumps({'model': name, 'choices': [choice]})}\n\n".encode()
        await asyncio.sleep(0)
    yield b"data: [DONE]\n\n"


@dataclass
class Backend:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def restart(self) -> None:
        """The same again, on the same port."""
        self.process = _started(self.name, self.port)
        _listens_at(self.process)


def _started(name: str, port: int = 0) -> subprocess.Popen[bytes]:
    """A server of a model; 0 is a free port, and the one line it writes says which."""
    words = [sys.executable, "-m", "tests.support.model_backend", name, str(port)]
    return subprocess.Popen(words, stdout=subprocess.PIPE)


def _listens_at(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


@contextlib.contextmanager
def backends(*names: str) -> Iterator[Mapping[str, Backend]]:
    """Servers of these models, until the block ends."""
    made = {name: Backend(name, 0, _started(name)) for name in names}
    try:
        for backend in made.values():
            backend.port = _listens_at(backend.process)
        yield made
    finally:
        for backend in made.values():
            backend.kill()


def _serve(name: str, port: int) -> None:
    config = uvicorn.Config(_app(name), log_level="error", access_log=False, lifespan="off")
    with bound("127.0.0.1", port) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
