"""The same rows as a file of every format, written by pandas, NumPy and json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec import load_spec

FORMATS = ["csv", "jsonl", "npz", "parquet"]
TABLES = ["csv", "jsonl", "parquet"]


def make(dtype: str = "float32", **changes: Any) -> Plan:
    spec = {
        "flowspec": 1,
        "name": "t",
        "dtype": dtype,
        "event": {"name": "y", "shape": [2], "fields": ["a", "b"]},
        "context": {
            "x": {"kind": "vector", "size": 3},
            "c": {"kind": "category", "labels": ["red", "green"]},
        },
        "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
        **changes,
    }
    return plan(load_spec(spec))


def arrays(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "y": random.normal(size=(count, 2)),
        "x": random.normal(size=(count, 3)),
        "c": np.array(["red", "green"])[random.integers(0, 2, count)],
    }


def frame(rows: dict[str, np.ndarray]) -> pd.DataFrame:
    found = pd.DataFrame(rows["y"], columns=["a", "b"])
    found[["x.0", "x.1", "x.2"]] = rows["x"]
    found["c"] = rows["c"]
    return found


def write(folder: Path, kind: str, rows: dict[str, np.ndarray], name: str = "rows") -> Path:
    path = folder / f"{name}.{kind}"
    if kind == "npz":
        np.savez(path, **rows)
    elif kind == "csv":
        frame(rows).to_csv(path, index=False)
    elif kind == "parquet":
        frame(rows).to_parquet(path)
    else:
        records = frame(rows).to_dict("records")
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path
