"""The language: what a spec may say, and how a spec is read."""

from flowspec.spec.load import load_bytes, load_spec
from flowspec.spec.schema import json_schema, schema_text
from flowspec.spec.spec import LANGUAGE, Spec

__all__ = ["LANGUAGE", "Spec", "json_schema", "load_bytes", "load_spec", "schema_text"]
