"""The on-disk format of a compiled flow: a folder with spec, plan, weights and a manifest.

Nothing here needs TensorFlow; only weights need NumPy and safetensors.
"""

from flowspec.bundle.check import is_bundle
from flowspec.bundle.manifest import Lineage, Manifest, PayloadFile, PayloadFolder
from flowspec.bundle.reader import Bundle, Values, read, read_values
from flowspec.bundle.writer import check_target, write

__all__ = [
    "Bundle",
    "Lineage",
    "Manifest",
    "PayloadFile",
    "PayloadFolder",
    "Values",
    "check_target",
    "is_bundle",
    "read",
    "read_values",
    "write",
]
