"""The joint table is held to the real gates: a few draws of it come out as it says."""

import math

from fedfuse.model.passing import PASSING
from tests.bench.simulation import joint, rows

DRAWS = 60


def test_the_joint_table_is_what_the_gates_do_on_the_shipped_suite() -> None:
    names = {
        f"{joint.QUALITY}: {rows.quality_name(0.04)}",
        f"{joint.SAFETY}: {rows.safety_name(0.99)}",
    }
    shares = [row.run(DRAWS)["pass"][0] for row in rows.rows() if row.key in names]
    said = next(one.passes for one in PASSING if one.version == "+4 points, 99 % safe")
    error = math.sqrt(2 * said * (1 - said) / DRAWS)
    assert abs(math.prod(shares) - said) <= 4 * error
