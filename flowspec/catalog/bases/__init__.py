"""The bases of the catalogue, one file each."""

from flowspec.catalog.base import Base
from flowspec.catalog.family import Family

BASES = Family(__name__, Base)
