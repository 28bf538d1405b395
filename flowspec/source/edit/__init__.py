"""Changes to a spec, as values: applied to a tree of nodes, or to the text it was read from.

Both come from one description, so that what is read of an old text and what the text is rewritten
to cannot differ. A change of a text touches nothing but what it is about.
"""

from flowspec.source.edit.apply import apply_edits
from flowspec.source.edit.edits import Edit, Insert, Move, Path, Remove, Rename, Replace, Wrap
from flowspec.source.edit.layout import Layout
from flowspec.source.edit.rewrite import RewriteError, rewrite

__all__ = [
    "Edit",
    "Insert",
    "Layout",
    "Move",
    "Path",
    "Remove",
    "Rename",
    "Replace",
    "RewriteError",
    "Wrap",
    "apply_edits",
    "rewrite",
]
