"""YAML with positions: text or Python data to one tree of nodes that know where they stand.

`read_chain` reads a spec file and what it extends, `merged` makes one tree of them and applies
overrides; `resolve` does both. `source.edit` changes trees and texts.
"""

from flowspec.source.data import from_data
from flowspec.source.limits import MAX_BYTES
from flowspec.source.node import Node
from flowspec.source.origin import Origin
from flowspec.source.reader import read_file, read_text
from flowspec.source.resolve import (
    SourceFile,
    file_of_data,
    merged,
    read_chain,
    read_chain_from,
    read_chain_of,
    resolve,
    resolve_node,
)
from flowspec.source.write import to_yaml

__all__ = [
    "MAX_BYTES",
    "Node",
    "Origin",
    "SourceFile",
    "file_of_data",
    "from_data",
    "merged",
    "read_chain",
    "read_chain_from",
    "read_chain_of",
    "read_file",
    "read_text",
    "resolve",
    "resolve_node",
    "to_yaml",
]
