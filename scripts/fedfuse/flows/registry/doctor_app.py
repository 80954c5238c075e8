"""Looks at what a registry says of its release App: who it is, and what is weaker without one."""

from fedfuse.adapters.work_tree import WorkTree
from fedfuse.flows.registry.release_app import FOLDER
from fedfuse.model.diagnosis import Diagnosis, Health
from fedfuse.model.registry import Person
from fedfuse.model.release_app import ACTIONS, NOBODY, app_ids

FIX = f"fedfuse app SLUG:APP_ID:BOT_ID, see {FOLDER}/README.md"
"""Names an App in every file that is about it."""


def examine(tree: WorkTree, app: Person | None) -> Diagnosis:
    """Whether registry.yaml (`app`) and the rulesets of a work tree name one App; never raises."""
    weaker = _weaker(app, {number for name in tree.names(FOLDER) for number in _ids(tree, name)})
    if weaker:
        return Diagnosis("release App", Health.NOTE, weaker, FIX)
    return Diagnosis("release App", Health.OK, app.login if app else "")


def _weaker(app: Person | None, waited_for: set[int]) -> str:
    """What an App would make better; empty when there is one."""
    nobody = next((number for number in sorted(waited_for) if number >= NOBODY), 0)
    if nobody:
        return f"the rulesets wait for App {nobody}, which belongs to nobody"
    if app is None:
        return (
            "none: pull requests that workflows open start no checks and are refused, "
            "so people open every rollback and promotion"
        )
    if app == ACTIONS.bot:
        return (
            "GitHub Actions: pull requests that workflows open start no checks, "
            "so every rollback and promotion waits until a person closes and reopens it"
        )
    if ACTIONS.app_id in waited_for:
        return f"registry.yaml names {app.login}, the rulesets name GitHub Actions"
    return ""


def _ids(tree: WorkTree, name: str) -> tuple[int, ...]:
    return app_ids((tree.read(f"{FOLDER}/{name}") or b"").decode("utf-8", "replace"))
