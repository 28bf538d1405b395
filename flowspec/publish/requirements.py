"""What a published model needs where it is loaded, by name and version."""

from __future__ import annotations

from importlib import metadata
from typing import Final

from flowspec import __version__
from flowspec.bundle import Bundle

_INSTALLED: Final = ("mlflow-skinny", "numpy", "pandas")


def requirements(found: Bundle) -> list[str]:
    """The requirements for pip: TensorFlow as it wrote the SavedModel, the rest as it is here."""
    written = found.manifest.tools.get("tensorflow")
    tensorflow = f"tensorflow=={written}" if written else "tensorflow>=2.21,<2.22"
    pins = [f"{name}=={version}" for name in _INSTALLED if (version := _version(name))]
    return [f"flowspec=={_version('flowspec') or __version__}", *pins, tensorflow]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
