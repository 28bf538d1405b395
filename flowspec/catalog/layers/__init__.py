"""The layers of the catalogue, one file each."""

from flowspec.catalog.family import Family
from flowspec.catalog.layer import Layer

LAYERS = Family(__name__, Layer)
