"""The windows of a registry, read with the machine's time zone data."""

from datetime import datetime, tzinfo

from fedfuse.errors import RegistryError
from fedfuse.model import cadence
from fedfuse.model.cadence import Window
from fedfuse.model.document import Document
from fedfuse.model.finding import Finding
from fedfuse.model.registry import Registry
from fedfuse.model.release import timestamp


def promotion(registry: Registry) -> tuple[Window, ...]:
    """When a release may be promoted; no window means at any time."""
    return cadence.windows(registry.cadence.get("production", ()))


def candidates(registry: Registry) -> tuple[Window, ...]:
    """When the open pull requests are evaluated together; none means never by itself."""
    return cadence.windows(registry.cadence.get("candidates", ()))


def is_due(windows: tuple[Window, ...], now: datetime) -> bool:
    """Whether automation acts now: only in a window, so never where there is none.

    Raises RegistryError for a time zone that this machine does not know.
    """
    return cadence.is_open(windows, now, zone)


def closed(registry: Registry, now: datetime) -> str:
    """Why nothing may be promoted now, with the next opening; empty while something may.

    Raises RegistryError for a time zone that this machine does not know.
    """
    windows = promotion(registry)
    if not windows or cadence.is_open(windows, now, zone):
        return ""
    opening = cadence.next_opening(windows, now, zone)
    then = f"; the next window opens at {timestamp(opening)}" if opening else ""
    return f"at {timestamp(now)} no promotion window is open{then}"


def zone(name: str) -> tzinfo:
    """A time zone by its name. Raises RegistryError for one that this machine does not know.

    Only names of places and UTC: others, such as `localtime`, differ from machine to machine.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - 3 ms, only for a registry with windows

    try:
        return ZoneInfo(name if "/" in name or name == "UTC" else "")
    except (LookupError, ValueError, OSError) as err:
        raise RegistryError(
            f"registry.yaml names the time zone {name!r:.100}, which is not known here",
            fix="write a name of the IANA database such as Europe/Berlin; on a machine without "
            "time zone data: pip install tzdata",
        ) from err


def zone_findings(document: Document) -> tuple[Finding, ...]:
    """The windows of a schema-valid registry.yaml whose time zone nobody knows."""
    return tuple(
        document.finding(
            "E716",
            ("cadence", name, index, "time_zone"),
            message="there is no such time zone",
            expected="a name of the IANA database such as Europe/Berlin",
            found=str(window["time_zone"]),
            fix="write the name of a place as in Europe/Berlin, or UTC",
        )
        for name, listed in document.value.get("cadence", {}).items()
        for index, window in enumerate(listed)
        if not _is_zone(window["time_zone"])
    )


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except RegistryError:
        return False
    return True
