"""The constants of splitmix64, by which draws and seeds are made.

References: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014,
https://doi.org/10.1145/2714064.2660195
"""

from __future__ import annotations

from typing import Final

GAMMA: Final = 0x9E3779B97F4A7C15
"""The increment of the counter."""

STEPS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
"""Shift and factor of the finalizer's first steps."""

LAST_SHIFT: Final = 31
"""The shift of its last step."""
