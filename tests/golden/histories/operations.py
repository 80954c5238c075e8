"""What changes without a shipment: events, policy and time."""

from collections.abc import Callable
from typing import Any

from tests.golden.files import Files, digest, event, ship
from tests.golden.histories.beginning import BEST, BETTER, first_release
from tests.golden.registry import NAME, Script, founded, registry, thresholds
from tests.golden.runs import Run


def operations() -> Script:
    """Waivers, yanks, revocations, the anchor, the clock, and what serves."""
    s = founded("operations")
    first_release(s)
    s.land("chat v2 is better", ship("north/chat", 2, Run(level=0.93)))
    _serving(s)
    _waivers(s)
    _yanks(s)
    _same_weights(s)
    _anchor(s)
    return s


def _tag(version: str) -> str:
    return f"{NAME}-v{version}"


def _serving(s: Script) -> None:
    s.land(
        "a promotion without its record is void",
        {
            k: v
            for k, v in event(1, "promote", release=_tag("1.0.0")).items()
            if k.endswith(".yaml")
        },
    )
    s.land("1.0.0 serves", event(2, "promote", release=_tag("1.0.0")))
    like_v1 = Run(level=0.91)
    s.land("chat v3 beats production, not the candidate", ship("north/chat", 3, like_v1))
    s.land("1.0.1 serves", event(3, "promote", release=_tag("1.0.1")))
    s.land("the same again moves nothing", event(4, "promote", release=_tag("1.0.1")))
    s.land("vectors v2", ship("south/vectors", 2, BETTER, io={"embedding_dim": 8}))
    s.land("recall v2", ship("south/recall", 2, BETTER, subject="south/vectors@v2"))
    s.land("1.0.2 serves", event(5, "promote", release=_tag("1.0.2")))
    s.land(
        "a rollback of what does not serve",
        event(6, "rollback", from_=_tag("1.0.0"), to=_tag("1.0.1"), reason="wrong"),
    )
    s.land(
        "a rollback to what is not warm",
        event(7, "rollback", from_=_tag("1.0.2"), to=_tag("9.9.9"), reason="wrong"),
    )
    s.land(
        "rolled back", event(8, "rollback", from_=_tag("1.0.2"), to=_tag("1.0.1"), reason="slow")
    )
    s.land("held: nothing is promoted", event(9, "promote", release=_tag("1.0.0")))
    s.land("another hold", event(10, "hold", reason="holidays"))
    s.land("the first hold is lifted", event(11, "lift", hold=8))
    s.land("the second too", event(12, "lift", hold=10))
    s.land("what was rolled back is never promoted", event(13, "promote", release=_tag("1.0.2")))
    s.land("1.0.0 serves again", event(14, "promote", release=_tag("1.0.0")))
    s.land("an event that its schema refuses", {"releases/events/0015.yaml": b'{"kind": "hold"}\n'})
    s.land(
        "an event of another number",
        {"releases/events/0016.yaml": event(17, "hold", reason="x")["releases/events/0017.yaml"]},
    )
    s.land(
        "vectors v3 against what serves",
        ship("south/vectors", 3, Run(level=0.93), io={"embedding_dim": 8}),
    )


def _waive(
    number: int, gate: str, shipped: Files, *, unit: str = "", expires: str = "2026-12-31T00:00:00Z"
) -> Files:
    (data,) = (data for path, data in shipped.items() if path.endswith(".yaml"))
    named = {"unit": unit} if unit else {}
    return event(
        number,
        "waive",
        gate=gate,
        manifest_sha256=digest(data),
        expires=expires,
        reason="agreed",
        **named,
    )


def _waivers(s: Script) -> None:
    lucky = Run(level=0.93, luck="other")
    shipped = ship("north/chat", 4, lucky)
    s.propose("chat v4 is not provably better", shipped)
    s.land("its quality is waived", _waive(17, "quality", shipped, unit="north/chat"))
    s.land("chat v4 joins by the waiver", shipped)
    slow = ship("north/chat", 5, Run(level=1.0, latency_ms=260))
    s.land("the latency of chat v5 is waived", _waive(18, "latency", slow))
    s.propose("chat v5 now", slow)
    unsafe = ship("north/chat", 5, Run(level=1.0, levels=(("policy", 0.8),)))
    for number, gate in ((19, "safety"), (20, "compatibility")):
        s.land(
            f"a waiver of {gate}",
            event(
                number,
                "waive",
                gate=gate,
                manifest_sha256="e" * 64,
                expires="2026-12-31T00:00:00Z",
                reason="no",
            ),
        )
    s.land("a waiver of quality does not cover safety", _waive(21, "quality", unsafe))
    s.propose("chat v5 is unsafe", unsafe)
    late = ship("north/chat", 5, Run(level=0.93, luck="tardy"))
    s.land("a waiver for a day", _waive(22, "quality", late, expires="2026-10-24T00:00:00Z"))
    s.land("days later it is expired: chat v5", late, days=6)
    foreign = ship("north/chat", 6, Run(level=0.93, luck="foreign"))
    s.land("a waiver for another unit", _waive(23, "quality", foreign, unit="west/server"))
    s.land("chat v6 is not covered", foreign)


def _yanks(s: Script) -> None:
    s.land(
        "chat v4 is yanked: v2 again", event(24, "yank", version="north/chat@v4", reason="broken")
    )
    s.land(
        "recall v2 is yanked: vectors v1 again",
        event(25, "yank", version="south/recall@v2", reason="wrong"),
    )
    s.land(
        "recall v3 covers vectors v2 again",
        ship("south/recall", 3, Run(level=0.95, latency_ms=121), subject="south/vectors@v2"),
    )
    s.land(
        "a version that waits is yanked",
        event(26, "yank", version="south/vectors@v3", reason="unused"),
    )
    s.land("server v2 waits", ship("west/server", 2, BETTER))
    s.land(
        "server v2 is yanked before its benchmark",
        event(27, "yank", version="west/server@v2", reason="early"),
    )
    s.land("its benchmark covers nothing", ship("west/bench", 2, BETTER, subject="west/server@v2"))
    s.land("of nobody", event(28, "yank", version="north/nobody@v1", reason="unknown"))


def _same_weights(s: Script) -> None:
    """Server v3 waits; it is withdrawn with v1, whose weights it has."""
    foreign = ship("west/server", 3, BEST, edit=_weights_of("north/chat", 2))
    s.propose("server v3 has the weights of another provider", foreign)
    own = ship("west/server", 3, BEST, edit=_weights_of("west/server", 1))
    s.land("server v3 has the weights of v1, and other settings", own)


def _weights_of(unit: str, version: int) -> Callable[[dict[str, Any]], object]:
    weights = {"path": "model.safetensors", "sha256": digest(f"{unit}{version}".encode())}
    settings = {"path": "config.json", "sha256": "f" * 64}
    files = [{**one, "size": 7} for one in (settings, weights)]
    return lambda d: d["artifact"].update(files=files)


def _anchor(s: Script) -> None:
    loose = thresholds(quality={"mode": "non_inferior", "margin": 0.15})
    s.land("policy: a little worse is enough", registry(roles=loose))
    for version, level in ((7, 1.0), (8, 0.9), (9, 0.87), (10, 0.4)):
        s.land(f"chat v{version}, level {level}", ship("north/chat", version, Run(level=level)))
    s.day -= 60
    s.land("a clock that runs backwards: chat v11", ship("north/chat", 11, BEST))
    s.day += 60
    s.land("prices too old: chat v12", ship("north/chat", 12, BEST), days=45)
    s.land("and years too old", ship("north/chat", 13, BEST), days=400)
    s.land("chat v1 is yanked", event(29, "yank", version="north/chat@v1", reason="old"))
    s.land(
        "server v1 is yanked: a role is lost",
        event(30, "yank", version="west/server@v1", reason="old"),
    )
    s.land("records may come alone in no change", {"releases/acme-fused-v7.0.0.json": b"{}\n"})
    s.land("two events at once", event(31, "hold", reason="one"), event(32, "hold", reason="two"))
    s.land("a manifest that changes", {"manifests/north/chat/v1.yaml": b"{}\n"})
    s.land("a manifest that leaves", {"manifests/north/chat/v2.yaml": None})
