"""The contexts of the catalogue, one file each."""

from flowspec.catalog.context import Context
from flowspec.catalog.family import Family

CONTEXTS = Family(__name__, Context)
