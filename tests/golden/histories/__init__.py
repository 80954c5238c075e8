"""The golden histories: what happens in them is said by the notes of their commits."""

from collections.abc import Callable

from tests.golden.histories.fusion import fusion
from tests.golden.histories.gates import gates
from tests.golden.histories.measurements import measurements
from tests.golden.histories.operations import operations
from tests.golden.histories.refusals import refusals
from tests.golden.histories.releases import releases
from tests.golden.histories.sealing import sealing
from tests.golden.registry import Script

HISTORIES: tuple[Callable[[], Script], ...] = (
    releases,
    operations,
    measurements,
    gates,
    fusion,
    refusals,
    sealing,
)
