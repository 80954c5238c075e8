"""The pull request that `fedfuse hold --open-pr` opens."""

from tests.github.operating import Desk
from tests.github.store import APP, Pull

BRANCH = "fedfuse/hold-promotions"


def hold(reason: str = "wait") -> tuple[str, ...]:
    """What is typed."""
    return ("hold", "--reason", reason, "--open-pr")


def the_pull(desk: Desk, *, number: int = 4) -> Pull:
    """The only pull request, which is open and asks for this event as its branch has it."""
    (pull,) = desk.store.pulls.values()
    path = f"releases/events/{number:04}.yaml"
    assert (pull.is_open, pull.branch, pull.base, pull.author) == (True, BRANCH, "main", APP.login)
    assert pull.title == f"releases: hold promotions (event {number:04})"
    assert pull.head == desk.bare.heads()[BRANCH]
    assert desk.bare.git("diff", "--name-status", "main", pull.head) == f"A\t{path}"
    written = desk.bare.git("show", f"{pull.head}:{path}")
    assert "".join(f"    {line}\n" for line in written.splitlines()) in str(pull.body)
    return pull
