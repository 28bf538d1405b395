"""The conditioners of the catalogue, one file each."""

from flowspec.catalog.family import Family
from flowspec.catalog.network import Conditioner

CONDITIONERS = Family(__name__, Conditioner)
