"""What an event or a release is judged against: main at one commit, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from fedfuse.adapters.git.repository import Repository
from fedfuse.engine.interface import Snapshot
from fedfuse.flows.history import main_clock
from fedfuse.flows.history.ledger import Ledger, fold_history, members
from fedfuse.model.serving import Serving


@dataclass(frozen=True, slots=True)
class MainState:
    """Main up to a commit, folded, and the clock of the judgement."""

    ledger: Ledger
    commit: str
    serving: Serving
    now: datetime

    @classmethod
    def of(cls, ledger: Ledger, commit: str, now: datetime) -> "MainState":
        """The state of main after a commit that the ledger has folded."""
        return cls(ledger, commit, ledger.serving(commit), now)

    @classmethod
    def at(
        cls, repository: Repository, ref: str, now: datetime, *, present: datetime | None = None
    ) -> "MainState":
        """The state of main after a commit, to go on from.

        Raises RegistryError when main is dated later than the present (by default this machine's),
        and what `fold_history` raises.
        """
        commit = repository.resolve(ref)
        ledger = fold_history(repository, commit)
        main_clock.require_past(ledger, present)
        return cls.of(ledger, commit, now)

    @property
    def base(self) -> Snapshot:
        """The registry as of the commit."""
        return self.ledger.snapshot(self.commit)

    def members(self, tag: str) -> tuple[str, ...] | None:
        """The members of a release as `provider/unit@vN`; None for a tag that is no release."""
        found = self.ledger.release(tag)
        if found is None:
            return None
        return tuple(f"{unit}@v{n}" for unit, n in sorted(members(found.record).items()))

    def why_unhealthy(self, tag: str) -> str:
        """Why a release must not serve (again); empty for a healthy one."""
        refs = self.members(tag)
        if refs is None:
            return f"there is no sound release {tag} here"
        if tag in self.serving.quarantined:
            return f"{tag} was rolled back and stays quarantined"
        withdrawn = [ref for ref in refs if self.ledger.state.unusable(ref)]
        return f"{tag} holds {', '.join(withdrawn)}, which was withdrawn" if withdrawn else ""

    def way_back(self) -> str:
        """The newest healthy warm release; empty when there is none."""
        return next((tag for tag in self.serving.warm if not self.why_unhealthy(tag)), "")
