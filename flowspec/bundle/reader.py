"""Reading a bundle: every byte that is used was checked against the manifest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from flowspec.backend import np
from flowspec.bundle.check import Identified, identify
from flowspec.bundle.decode import decode_plan, decode_spec
from flowspec.bundle.encode import encode_spec
from flowspec.bundle.files import check_payload, read_payload
from flowspec.bundle.kinds import check_kinds
from flowspec.bundle.limits import MAX_JSON, optimizer_limit, weights_range
from flowspec.bundle.manifest import Manifest
from flowspec.bundle.names import MANIFEST
from flowspec.bundle.problems import manifest_damaged, not_a_bundle, plan_damaged
from flowspec.bundle.weights import decode_arrays, decode_weights
from flowspec.diagnostics import BundleError, SpecError
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import Fingerprints, Plan
from flowspec.spec.load import in_current_language

_TRIES = 10

T = TypeVar("T")

Arrays = dict[str, "np.ndarray[Any, Any]"]


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read: its checked manifest, plan and spec. The rest is read when asked.

    Attributes:
        folder: Where it is, absolute.
        manifest: What it consists of, in the current form.
        sha256: The hash of the bundle: that of its `manifest.json`, which names all others.
        plan: The plan; the spec in it is in the language of this flowspec.
        spec: The resolved spec as it was saved, in the language of its time.
    """

    folder: Path
    manifest: Manifest
    sha256: str
    plan: Plan
    spec: dict[str, Any]

    def weights(self) -> Arrays:
        """The values of the plan's variables, by path and in the plan's order.

        Raises:
            BundleError: The file is not the one that was saved, or does not hold exactly the
                plan's variables.
            MissingDependencyError: NumPy or safetensors is not installed.
        """
        file = self.manifest.files["weights"]
        data = read_payload(self.folder, file, weights_range(self.plan).stop)
        return decode_weights(self.plan, data, self.folder / file.name)

    def optimizer(self) -> Arrays | None:
        """The state of the optimizer by name; None where it was not kept.

        Raises:
            BundleError: The file is not the one that was saved.
            MissingDependencyError: NumPy or safetensors is not installed.
        """
        file = self.manifest.files.get("optimizer")
        if file is None:
            return None
        data = read_payload(self.folder, file, optimizer_limit(self.plan))
        return decode_arrays(data, self.folder / file.name)

    def saved_model(self) -> Path | None:
        """The folder of the SavedModel, every file of it checked; None where there is none.

        Raises:
            BundleError: A file is not the one that was saved.
        """
        inner = self.manifest.saved_model
        if inner is None:
            return None
        for file in inner.files:
            path = f"{inner.name}/{file.name}"
            check_payload(self.folder, file.model_copy(update={"name": path}))
        return self.folder / inner.name


class Values(NamedTuple):
    """A bundle with its arrays: the variables of the plan, and the optimizer's state or None."""

    bundle: Bundle
    weights: Arrays
    optimizer: Arrays | None


def read(folder: str | os.PathLike[str]) -> Bundle:
    """Read and check a bundle, all but its weights, without NumPy.

    A bundle that is saved anew while it is being read is read again.

    Raises:
        BundleError: It is no bundle, or damaged, or newer than this flowspec.
    """
    path = _absolute(folder)
    return _unless_replaced(lambda: _read(path, identify(path)))


def read_values(folder: str | os.PathLike[str], *, any_kinds: bool = False) -> Values:
    """Read a bundle with its weights and, where it was kept, the optimizer's state.

    Every file of the bundle is checked, the SavedModel's too, and that this flowspec computes what
    the plan was made for.

    A bundle that is saved anew while it is being read is read again.

    Args:
        folder: The bundle.
        any_kinds: Whether kinds may compute something else by now, or not be there at all.

    Raises:
        BundleError: It is no bundle, or damaged, or newer than this flowspec.
        MissingDependencyError: NumPy or safetensors is not installed.
    """

    def values() -> Values:
        bundle = read(folder)
        if not any_kinds:
            check_kinds(bundle.plan, bundle.folder / bundle.manifest.files["plan"].name)
        bundle.saved_model()
        return Values(bundle, bundle.weights(), bundle.optimizer())

    return _unless_replaced(values)


def _unless_replaced(function: Callable[[], T]) -> T:
    """What the function reads; read again where a file went missing on the way."""
    for _ in range(_TRIES):
        try:
            return function()
        except BundleError as error:
            # Files are named by their content, so another save can do no more than remove them.
            if error.diagnostics[0].slug != "file-missing":
                raise
    return function()


def _read(folder: Path, identified: Identified) -> Bundle:
    manifest = identified.manifest
    spec_data = read_payload(folder, manifest.files["spec"], MAX_JSON)
    plan_data = read_payload(folder, manifest.files["plan"], MAX_JSON)
    spec = decode_spec(spec_data, folder / manifest.files["spec"].name)
    plan = decode_plan(plan_data, folder / manifest.files["plan"].name)
    bundle = Bundle(folder, manifest, identified.sha256, plan, spec)
    _check_agreement(bundle)
    return _in_current_language(bundle)


def _in_current_language(bundle: Bundle) -> Bundle:
    """The bundle, the spec of its plan in the language of this flowspec."""
    try:
        spec = in_current_language(bundle.plan.spec)
    except SpecError as error:
        file = bundle.folder / bundle.manifest.files["plan"].name
        found = error.diagnostics[0]
        raise plan_damaged(file, found.message, expected=found.expected, got=found.got) from None
    if spec is bundle.plan.spec:
        return bundle
    return replace(bundle, plan=bundle.plan.model_copy(update={"spec": spec}))


def _check_agreement(bundle: Bundle) -> None:
    """Refuse a manifest, a spec and a plan that were never saved together."""
    files, plan = bundle.manifest.files, bundle.plan
    if encode_spec(bundle.spec) != encode_spec(plan.spec):
        file = bundle.folder / files["plan"].name
        raise plan_damaged(file, f"its spec is another than `{files['spec'].name}`")
    named = f"{bundle.manifest.name} {bundle.manifest.version}"
    if named != f"{plan.name} {plan.version}":
        what = "it names another flow than the plan"
        right = f"{plan.name} {plan.version}"
        raise manifest_damaged(bundle.folder / MANIFEST, what, expected=right, got=named)
    right, told = fingerprints(plan), bundle.manifest.fingerprints
    if told.rule == right.rule and told != right:
        what = "its fingerprints are not those of the plan"
        raise manifest_damaged(
            bundle.folder / MANIFEST, what, expected=_shown(right), got=_shown(told)
        )
    sizes = weights_range(plan)
    if files["weights"].bytes not in sizes:
        raise manifest_damaged(
            bundle.folder / MANIFEST,
            "no file of the size it gives can hold the plan's variables",
            expected=f"{sizes.start} to {sizes.stop - 1} bytes",
            got=f"{files['weights'].bytes} bytes",
        )


def _shown(found: Fingerprints) -> str:
    return ", ".join(f"{category} {digits}" for category, digits in found.short.items())


def _absolute(folder: str | os.PathLike[str]) -> Path:
    try:
        return Path(os.path.abspath(folder))
    except (OSError, ValueError):  # the working folder is gone, or the name holds a zero byte
        raise not_a_bundle(Path(folder), "cannot be found") from None
