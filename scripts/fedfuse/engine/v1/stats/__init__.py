"""The statistics of the gates: standard library only, so every machine gets the same numbers.

Every bound is one-sided at `CONFIDENCE`. Nothing here raises for finite input; the gates decide
what a bound means.
"""
