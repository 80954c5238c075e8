"""The story of the demonstration: from three providers' pull requests to a verified download."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from fedfuse.adapters.hub import Hub
from fedfuse.errors import FedfuseError
from fedfuse_demo.hub.server import TOKEN
from fedfuse_demo.policy import with_demonstration_thresholds, with_window_open
from fedfuse_demo.pulls import ACTORS, MAINTAINER, fresh_branch, judge, merge
from fedfuse_demo.shipments import BETTER, FIRST, MODEL, WORSE, Recorded
from fedfuse_demo.stage import ORGANISATION, Stage

TOOL = f"{ORGANISATION}/fedfuse@{'0' * 40}"
"""As made up as the organisation is: nothing here runs its workflows."""
HUB = f"hf://{ORGANISATION}/{ORGANISATION}-ai-federated"
FIRST_TAG = f"{ORGANISATION}-ai-federated-v1.0.0"
SECOND_TAG = f"{ORGANISATION}-ai-federated-v1.0.1"
_BEFOREHAND = """\
Everything runs on this machine: git repositories, and a Hub on 127.0.0.1. A line with a $ is a
command as you would type it in that clone; below it stands what it printed.
Recorded: the measurements, by a real language model (scripts/fedfuse_demo/evidence/README.md).
Chosen: thresholds that so small a model can reach, and a weekly promotion window that is open now.
Simulated: the traffic in production, further down. Made up: names, accounts and training runs."""
_PASSED = "pass: all"
RUN_WORDS = (*("--hardware", "cpu-2-cores@local", "--pricing", "0.10@2026-11-24", "--seed", "7"),)
"""What every run of the demonstration had; the recorded ones have no run file that says it."""
TRAINING_WORDS = (
    *("--license", "apache-2.0", "--training-system", "prompt-settings"),
    *("--training-code", f"https://github.com/acme/registry@{'c' * 40}"),
    *("--training-dataset", f"acme/demo-prompts@{'d' * 63}1"),
    *("--training-splits", "train=0,val=200,test=0"),
)
"""What every shipment of the demonstration says of its training; it is made up."""


def tell(stage: Stage) -> None:
    """Play every chapter. Raises FedfuseError as soon as one does not end as it must."""
    stage.say(_BEFOREHAND)
    make_registry(stage)
    first_release(stage)
    better_version(stage)
    refusals(stage)
    download(stage)


def make_registry(stage: Stage) -> None:
    """A registry of its own for the organisation, a bare upstream, and a clone for everyone."""
    stage.chapter("A registry for acme: three providers, one bare upstream")
    made = stage.clone_of("maintainer")
    made.parent.mkdir(parents=True)
    stage.fedfuse(
        made.parent,
        *("init", "maintainer", "--namespace", ORGANISATION, "--repo", "acme/registry"),
        *("--hub", HUB, "--tool", TOOL, *who_ships()),
        show=False,
    )
    policy = made / "registry.yaml"
    text = with_demonstration_thresholds(policy.read_text("utf-8"))
    policy.write_text(with_window_open(text, datetime.now(UTC)), "utf-8")
    stage.git(made, "commit", "-qam", "registry: thresholds and a window for a demonstration")
    stage.git(made, "config", "user.name", "Demo")
    stage.git(made, "config", "user.email", "demo@acme.invalid")
    stage.fedfuse(made, "validate", says=("0 problems",))
    stage.git(stage.root, "clone", "-q", "--bare", str(made), str(stage.upstream))
    stage.git(made, "remote", "add", "origin", str(stage.upstream))
    stage.git(made, "fetch", "-q", "origin")
    for provider in ACTORS:
        where = stage.clone_of(provider)
        stage.git(stage.root, "clone", "-q", str(stage.upstream), str(where))


def who_ships() -> list[str]:
    """The people as `fedfuse init` takes them; all providers ship from the Hub here."""
    people = [w for p, actor in ACTORS.items() for w in ("--provider", f"{p}={p}-bot:{actor}")]
    people += ["--maintainer", f"grace:{MAINTAINER}"]
    return people + [w for p in ACTORS for w in ("--prefix", f"{p}=hf://{ORGANISATION}/")]


def first_release(stage: Stage) -> None:
    """Five pull requests fill every required role; the last merge makes the first release."""
    stage.chapter("Three providers ship; each pull request is judged and merged")
    for shipment in FIRST:
        branch = propose(stage, shipment)
        shown = shipment is FIRST[0]
        if shown:
            stage.say("The report as the comment on the pull request:")
        judge(
            stage,
            branch,
            actor=ACTORS[shipment.provider],
            says=("pass — all" if shown else _PASSED,),
            form="markdown" if shown else "text",
            show=shown,
        )
        merge(stage, branch)
    stage.chapter("main owes a release: cut the tag, mirror it to the Hub")
    stage.fedfuse(stage.clone_of("maintainer"), "release", says=(f"{FIRST_TAG} cut first",))


def better_version(stage: Stage) -> None:
    """A version that is provably better passes against the one that was released."""
    stage.chapter(f"A better version: {BETTER.title}")
    stage.say("It was measured in turn with v1, so that their latencies can be compared.")
    branch = propose(stage, BETTER)
    judge(stage, branch, actor=ACTORS["hf"], says=(_PASSED, f"if merged: {SECOND_TAG}"))
    merge(stage, branch)
    stage.fedfuse(stage.clone_of("maintainer"), "release", says=(f"{SECOND_TAG} cut patch",))


def refusals(stage: Stage) -> None:
    """A worse model and an edit of a merged manifest are refused."""
    stage.chapter(f"A really worse version is refused: {WORSE.title}")
    worse = ("fail: 1 problem", "quality fail")
    judge(stage, propose(stage, WORSE), actor=ACTORS["hf"], expect=1, says=worse)
    stage.chapter("A change of a merged manifest is refused")
    where = stage.clone_of("hf")
    fresh_branch(stage, where, "edit-v1")
    path = where / "manifests/hf/textgen-lora/v1.yaml"
    path.write_text(path.read_text("utf-8") + "# a small correction\n", "utf-8")
    stage.git(where, "commit", "-qam", "hf: correct v1")
    stage.git(where, "push", "-q", "origin", "edit-v1")
    judge(stage, "edit-v1", actor=ACTORS["hf"], expect=1, says=("fail: 1 problem", "E206"))


def download(stage: Stage) -> None:
    """A node pulls the newest release from the Hub; git vouches for every byte."""
    stage.chapter("A node pulls the release from the Hub and proves it against git")
    node = stage.root / "node"
    node.mkdir()
    stage.fedfuse(
        node,
        *("pull", "candidate", "--from", HUB, "--to", ".", "--registry", str(stage.upstream)),
        says=(f"{SECOND_TAG}: ", "anchored: the registry knows"),
    )
    maintainer = stage.clone_of("maintainer")
    stage.fedfuse(
        maintainer,
        *("pull", SECOND_TAG, "--from", "git", "--to", str(stage.root / "from-git")),
        show=False,
        announce=False,
    )
    fetched, made = (_contents(of / SECOND_TAG) for of in (node, stage.root / "from-git"))
    stage.must(fetched == made, "the bundle from the Hub is the one git makes")
    stage.say(f"    {len(fetched)} files, byte for byte what git makes of them")
    stage.fedfuse(maintainer, "audit", "--replay", "--hub", says=("2 release tags", ": 0 problems"))
    nothing_serves = (f"candidate {SECOND_TAG}", "production none yet")
    stage.fedfuse(maintainer, "status", says=nothing_serves)


def propose(stage: Stage, shipment: Recorded) -> str:
    """Upload the artifact, write the manifest on a branch, push it; returns the branch."""
    where = stage.clone_of(shipment.provider)
    branch = f"{shipment.provider}-{shipment.recording}"
    fresh_branch(stage, where, branch)
    revision = upload(stage, shipment)
    extra = ["--subject", shipment.subject] if shipment.subject else base_model(stage)
    extra += ["--track", shipment.track]
    extra += ["--baseline", shipment.baseline] if shipment.baseline else []
    stage.fedfuse(
        where,
        *("new", shipment.unit, str(_artifact(stage, shipment)), "--revision", revision),
        *("--evidence", str(shipment.evidence), *RUN_WORDS, "--concurrency", "1"),
        *(*TRAINING_WORDS, "--training-run", f"urn:acme:demo:{shipment.recording}", *extra),
        show=False,
        announce=False,
    )
    stage.git(where, "add", "manifests")
    stage.git(where, "commit", "-qm", f"{shipment.unit}: {shipment.title}")
    stage.git(where, "push", "-q", "origin", branch)
    return branch


def upload(stage: Stage, shipment: Recorded) -> str:
    """Put the artifact on the Hub under its version's name; returns the commit."""
    where = stage.clone_of(shipment.provider)
    taken = len(list((where / "manifests" / shipment.unit).glob("v*.yaml")))
    repo = f"{ORGANISATION}/{shipment.unit.partition('/')[2]}-v{taken + 1}"
    return upload_as(stage, repo, _artifact(stage, shipment))


def upload_as(stage: Stage, repo: str, folder: Path) -> str:
    """Put the files of a folder on the Hub; returns the commit that holds them."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.json")}
    return _commit(stage, repo, files)


def base_model(stage: Stage) -> list[str]:
    """Pin the base model on the Hub, by a file that says which package it comes from."""
    repo = f"{ORGANISATION}/{MODEL['name']}"
    pin = {"SOURCE.json": json.dumps(MODEL, indent=2, sort_keys=True).encode() + b"\n"}
    return ["--base-model", f"{repo}@{_commit(stage, repo, pin)}"]


def _commit(stage: Stage, repo: str, files: Mapping[str, bytes]) -> str:
    hub = Hub(repo, endpoint=stage.hub.endpoint, token=TOKEN)
    hub.create()
    refs = hub.refs()
    if refs is None:
        raise FedfuseError(f"the loopback Hub lost {repo}")
    held = hub.files(refs.head, list(files)) or {}
    if all(path in held and held[path].holds(body) for path, body in files.items()):
        return refs.head
    return hub.commit(parent=refs.head, writes=files, deletes=(), message="Upload").id


def _artifact(stage: Stage, shipment: Recorded) -> Path:
    if not shipment.subject:
        return shipment.artifact
    folder = stage.root / "reports" / shipment.recording
    folder.mkdir(parents=True, exist_ok=True)
    report = {"subject": shipment.subject, "evidence": shipment.evidence.name}
    (folder / "report.json").write_text(json.dumps(report, sort_keys=True) + "\n", "utf-8")
    return folder


def _contents(folder: Path) -> Mapping[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
