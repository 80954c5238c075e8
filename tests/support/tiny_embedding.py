"""A small embedding in model2vec's format: random vectors, one for each word of some texts."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from tests.support import router_folder

DIMENSIONS = 64


def write(folder: Path, texts: Iterable[str], *, seed: int = 1) -> Path:
    """Three files that the words of these texts can be looked up in; returns the folder."""
    words = sorted({word for text in texts for word in text.lower().split()})
    tokens = ("[PAD]", "[UNK]", *words)
    numbers = np.random.default_rng(seed).integers(-127, 127, (len(tokens), DIMENSIONS))
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "embeddings": numbers.astype(np.int8),
        "weights": np.ones(len(tokens), np.float16),
        "mapping": np.arange(len(tokens), dtype=np.int32),
    }
    (folder / "model.safetensors").write_bytes(save(tensors))
    split = {"type": "Whitespace"}
    (folder / "tokenizer.json").write_bytes(
        router_folder.tokenizer(tokens, normalizer=None, pre_tokenizer=split)
    )
    settings = b'{"normalize": true, "tokenizer_name": "/srv/me/model"}\n'
    (folder / "config.json").write_bytes(settings)
    return folder
