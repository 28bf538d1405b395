"""Spec, plan and manifest as JSON: the same value, the same bytes."""

from __future__ import annotations

import json
from typing import Any

from flowspec.bundle.manifest import Manifest
from flowspec.records import Plan


def encode_spec(spec: dict[str, Any]) -> bytes:
    """The resolved spec, indented, its keys in their own order, which has a meaning.

    Raises:
        ValueError: It holds what JSON cannot say.
    """
    return _lines(spec, finite=False)


def encode_plan(plan: Plan) -> bytes:
    """The plan on one line, in the order of its records; infinities are kept, as `Infinity`.

    Raises:
        ValueError: It holds what JSON cannot say.
    """
    text = json.dumps(plan.model_dump(), ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest, indented, for people and for other programs: strict JSON.

    Raises:
        ValueError: The state holds what JSON cannot say, an infinity for example.
    """
    return _lines(manifest.model_dump(mode="json", by_alias=True), finite=True)


def _lines(data: dict[str, Any], *, finite: bool) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=not finite)
    return text.encode() + b"\n"
