"""The transforms of the catalogue, one file each."""

from flowspec.catalog.family import Family
from flowspec.catalog.transform import Transform

TRANSFORMS = Family(__name__, Transform)
