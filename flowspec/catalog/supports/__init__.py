"""The supports of the catalogue, one file each."""

from flowspec.catalog.family import Family
from flowspec.catalog.support import Support

SUPPORTS = Family(__name__, Support)
