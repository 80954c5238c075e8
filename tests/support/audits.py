"""What an audit finds, and how people accept a commit it names."""

from fedfuse.model.yaml_text import render
from tests.support.cli_runner import Done, fedfuse
from tests.support.registry import RegistrySandbox, policy


def named(done: Done) -> list[tuple[str, str]]:
    """Place and code of every finding of an audit that was printed as JSON."""
    found = done.json()["findings"]
    assert done.code == (1 if found else 0), done
    assert all(one["fix"] for one in found), found
    return sorted((one["path"], one["code"]) for one in found)


def audited(box: RegistrySandbox, *options: str) -> list[tuple[str, str]]:
    return named(fedfuse(box.root, "audit", "--format", "json", "--ref", "main", *options))


def audited_alone(box: RegistrySandbox) -> list[tuple[str, str]]:
    """What is found without asking the remote, which nothing was done to."""
    return audited(box, "--offline")


def accept(box: RegistrySandbox, *commits: str) -> None:
    """Land a registry.yaml that accepts commits of no legal shape."""
    box.commit(
        "registry: accept", {"registry.yaml": render(policy(audit={"accepted": list(commits)}))}
    )
