"""Moves the clock of every Python that has this folder on PYTHONPATH: `datetime.now` alone."""

import datetime as dt
import os

_REAL = dt.datetime
_AHEAD = dt.timedelta(seconds=int(os.environ["STAGE_SECONDS_AHEAD"]))


class _AnyDatetime(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, _REAL)  # C code still makes the real ones


class _Moved(_REAL, metaclass=_AnyDatetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "_Moved":
        return super().now(tz) + _AHEAD


dt.datetime = _Moved  # type: ignore[misc] # what `from datetime import datetime` gets then
