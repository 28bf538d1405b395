"""Transfer: trained weights into another architecture, by what their entries mean.

The map comes of two plans alone; only moving the arrays needs NumPy.
"""

from flowspec.versioning.transfer.mapping import transfer_map
from flowspec.versioning.transfer.moves import AxisMove, Change, Drop, Move, TransferMap

__all__ = ["AxisMove", "Change", "Drop", "Move", "TransferMap", "transfer_map"]
