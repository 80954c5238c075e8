"""Bearer tokens of model servers: read where endpoints.yaml says, and never shown."""

import asyncio
import os
import re
import time
from dataclasses import dataclass

from fedfuse.adapters.endpoints_file import TokenSource

MAX_AGE_SECONDS = 300.0
"""Tokens of SageMaker and Vertex expire within the hour; this is how soon a new one is read."""
_COMMAND_SECONDS = 15.0
_TOKEN = re.compile(r"[!-~]{1,8192}")


@dataclass(slots=True)
class Bearer:
    """The token of one endpoint, read again when it is old or was refused."""

    source: TokenSource
    _token: str = ""
    _read_at: float = 0.0

    async def value(self) -> str:
        """The token; empty where it cannot be had. Never raises."""
        if not self._token or time.monotonic() - self._read_at > MAX_AGE_SECONDS:
            text = (await self._text()).strip()
            self._token = text if _TOKEN.fullmatch(text) else ""
            self._read_at = time.monotonic()
        return self._token

    def forget(self) -> None:
        """It was refused: read it again before the next request."""
        self._token = ""

    async def _text(self) -> str:
        if self.source.env:
            return os.environ.get(self.source.env, "")
        try:
            if self.source.file:
                return await asyncio.to_thread(self.source.file.read_text, "utf-8")
            return await self._printed()
        except (OSError, ValueError, TimeoutError):
            return ""

    async def _printed(self) -> str:
        process = await asyncio.create_subprocess_exec(
            *self.source.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(), _COMMAND_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return out.decode() if process.returncode == 0 else ""
