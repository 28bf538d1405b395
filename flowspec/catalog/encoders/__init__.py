"""The encoders of the catalogue, one file each."""

from flowspec.catalog.family import Family
from flowspec.catalog.network import Encoder

ENCODERS = Family(__name__, Encoder)
