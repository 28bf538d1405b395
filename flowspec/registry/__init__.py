"""A registry of bundles without a server: a folder, or anything that fsspec reaches.

Nothing here needs TensorFlow or NumPy.
"""

from flowspec.registry.incoming import Added
from flowspec.registry.locate import located
from flowspec.registry.records import Revision
from flowspec.registry.reference import Reference, is_reference, parse_reference
from flowspec.registry.registry import Registry

__all__ = [
    "Added",
    "Reference",
    "Registry",
    "Revision",
    "is_reference",
    "located",
    "parse_reference",
]
