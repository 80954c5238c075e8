import base64
import time

import pytest

from fedfuse.engine.v1.admission import secrets

CLEAN = b"""\
id: acme/textgen-lora-v3
revision: 5f2c1d9ae0b7488c6d1e3f90a2b4c6d8e0f1a3b5
files:
  - path: adapter_model.safetensors
    sha256: 0c5a1f9be27d4c83a6f0e19d2b75c4a8f3e6d1907b4c2a5e8f9d0b1c3a7e6f42
  - 9d1e6c4b7a2f8053e1d4c7b9a6f3e2d1c0b5a8f7e6d9c4b3a2f1e0d8c7b6a594
baseline: hf/textgen-lora@v2
max_input_tokens: 2048
tokenizer_sha256: 4b7a2f8053e1d4c7b9a6f3e2d1c0b5a8f7e6d9c4b3a2f1e0d8c7b6a5949d1e6c
run: arn:aws:sagemaker:us-east-1:123456789012:training-job/sk-learn-text-classification-run-7
repo: https://github.com/acme/train
"""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ROWS = b"name,mail,answer\nAda,ada at example,yes\n" * 8
LINES = base64.encodebytes(ROWS).decode()

FAKES = {
    "a Hugging Face token": "hf_" + LETTERS[:34],
    "a GitHub token": "ghp_" + LETTERS[:36],
    "a GitLab token": "glpat-" + LETTERS[:20],
    "an AWS access key": "AKIA" + "ABCDEFGH" * 2,
    "a Google API key": "AIza" + LETTERS[:35],
    "a Google access token": "ya29." + LETTERS[:40],
    "a Google client secret": "GOCSPX-" + LETTERS[:28],
    "an API key": "sk-" + LETTERS[:32],
    "a Slack token": "xoxb-" + "0123456789-" * 2,
    "a PyPI token": "pypi-" + LETTERS[:50],
    "an npm token": "npm_" + LETTERS[:36],
    "a JSON web token": "eyJ" + LETTERS[:20] + ".eyJ" + LETTERS[:20] + ".x",
    "a PEM block": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a presigned url": "https://bucket/x?a=1&X-Amz-" + "Signature=0f",
    "a password in a url": "https://alice:" + "hunter2@example.org/x",
    "a field for secrets": '"private_' + 'key": "x"',
    "an e-mail address": "ada.lovelace" + "@example.org",
    "a block of base64": base64.b64encode(ROWS).decode(),
}


def test_a_manifest_holds_no_secret() -> None:
    assert secrets.scan(CLEAN, "v3.yaml") == ()


@pytest.mark.parametrize(("what", "fake"), FAKES.items(), ids=FAKES)
def test_a_secret_is_found_where_it_is_and_never_repeated(what: str, fake: str) -> None:
    found = secrets.scan(CLEAN + b"note: " + fake.encode() + b" end\n", "v3.yaml")
    (finding,) = (f for f in found if f.found.startswith(what))
    assert finding.line == CLEAN.count(b"\n") + 1
    assert finding.column >= 7
    assert finding.code == ("E341" if "mail" in what or "base64" in what else "E340")
    assert finding.fix
    text = f"{finding.message}{finding.expected}{finding.found}{finding.fix}"
    assert not any(fake[i : i + 6] in text for i in range(4, len(fake) - 6))


def test_base64_in_lines_is_found() -> None:
    found = secrets.scan(b"a: |\n" + LINES.encode(), "v3.yaml")
    assert ("E341", 2, 1) in {(f.code, f.line, f.column) for f in found}


@pytest.mark.parametrize(("text", "found"), [("A" * 120, 1), ("A" * 119, 0)])
def test_a_block_of_base64_has_120_characters(text: str, found: int) -> None:
    assert len(secrets.scan(text.encode(), "v3.yaml")) == found


@pytest.mark.parametrize(("width", "found"), [(40, 1), (39, 0)])
def test_lines_of_base64_have_40_characters(width: int, found: int) -> None:
    assert len(secrets.scan(("A" * width + "\n").encode() * 2, "v3.yaml")) == found


def test_a_service_account_file_is_found() -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----"
    text = f'{{"type": "service_account", "private_{"key"}": "{key}\\nMII"}}'
    assert {f.found.split(",")[0] for f in secrets.scan(text.encode(), "a.json")} == {
        "a field for secrets",
        "a PEM block",
    }


def test_bytes_that_are_no_text_are_scanned_too() -> None:
    assert secrets.scan(b"\xff\xfe hf_" + LETTERS[:34].encode(), "x")[0].code == "E340"


def test_a_file_full_of_secrets_is_reported_briefly() -> None:
    assert len(secrets.scan(("AKIA" + "ABCDEFGH" * 2 + "\n").encode() * 3000, "x")) == 20


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "hf_", "eyJ", "eyJ-", "pypi-", "sk-", "xoxb-", "://a:", "://", "@a.", "a@", "-----"),
        *("A" * 40 + "\n", " ", "password ", "?sig", "-----BEGIN A", "AKIA", "glpat-"),
    ],
)
def test_scanning_takes_linear_time(unit: str) -> None:
    data = (unit * (192 * 1024 // len(unit))).encode()
    start = time.process_time()
    secrets.scan(data, "x")
    assert time.process_time() - start < 1


def test_a_letter_that_not_every_python_knows_hides_no_secret() -> None:
    """U+088F is a letter since Unicode 17: two judges would see different words."""
    for letter in ("\u088f", "é"):
        found = secrets.scan(f"run: {letter}{FAKES['a GitHub token']}\n".encode(), "v3.yaml")
        assert [one.found for one in found] == ["a GitHub token, 40 characters"]
