"""YAML with positions: text or Python data to one tree of nodes that know where they stand.

`resolve` reads a spec file, follows its `extends` and applies overrides; the others are its parts.
"""

from flowspec.source.data import from_data
from flowspec.source.limits import MAX_BYTES
from flowspec.source.node import Node
from flowspec.source.origin import Origin
from flowspec.source.reader import read_file, read_text
from flowspec.source.resolve import resolve, resolve_bytes, resolve_from, resolve_node
from flowspec.source.write import to_yaml

__all__ = [
    "MAX_BYTES",
    "Node",
    "Origin",
    "from_data",
    "read_file",
    "read_text",
    "resolve",
    "resolve_bytes",
    "resolve_from",
    "resolve_node",
    "to_yaml",
]
