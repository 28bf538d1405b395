"""A bundle served over HTTP and gRPC, from its manifest, plan and SavedModel alone."""

from flowspec.serve.application import Application
from flowspec.serve.options import ServeOptions
from flowspec.serve.sources import Source, parse_label, parse_source

__all__ = ["Application", "ServeOptions", "Source", "parse_label", "parse_source"]
