"""Pages of bundles that cannot be written, read or used."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Bundles"

RULES = (
    Rule(
        "not-a-bundle",
        "A folder that is no bundle",
        "A bundle is a folder with a `manifest.json` that flowspec wrote. Anything else is neither "
        "read nor replaced.",
        "flowspec sample specs",
        "Name a bundle; save to a new folder.",
        "text",
    ),
    Rule(
        "manifest-damaged",
        "A manifest that no save writes",
        "`manifest.json` is no JSON, or lacks keys, or has others.",
        "a manifest that was edited by hand",
        "Restore the bundle from a copy, or save it again.",
        "text",
    ),
    Rule(
        "newer-bundle",
        "A bundle of a newer flowspec",
        "Its form is not known to this version.",
        "a bundle of schema 2, read by a flowspec that knows schema 1",
        "Upgrade flowspec.",
        "text",
    ),
    Rule(
        "other-revision",
        "A bundle made for another revision of a kind",
        "The mathematics of a kind have changed since, so the same variables would give other "
        "numbers.",
        "a bundle whose plan says `revision: 1` of a kind that is at revision 2",
        "Use the flowspec that wrote the bundle, or the bundle's SavedModel.",
        "text",
    ),
    Rule(
        "file-missing",
        "A file of the bundle that is missing",
        "The manifest names it, and it is not there.",
        "a bundle that was copied in part",
        "Copy the bundle again; where it was saved anew meanwhile, read it again.",
        "text",
    ),
    Rule(
        "file-unreadable",
        "A file of the bundle that cannot be read",
        "The system refuses to read it.",
        "a file without the right to read it",
        "Look at its rights and at the disk.",
        "text",
    ),
    Rule(
        "file-changed",
        "A file of the bundle that is another",
        "Its size or its SHA-256 is not what the manifest says.",
        "a weights file that was replaced",
        "Restore the bundle from a copy, or save it again.",
        "text",
    ),
    Rule(
        "path-outside-bundle",
        "A manifest that names a file elsewhere",
        "A bundle names files of its own folder, and links do not lead out of it.",
        '"weights": "../weights.safetensors" in a manifest',
        "Do not use the bundle: no save writes this.",
        "text",
    ),
    Rule(
        "plan-damaged",
        "A spec or plan that cannot be used",
        "The file is the one that was saved, and yet is not valid here.",
        "a bundle of a development version",
        "Compile the spec again, and fit or transfer the weights.",
        "text",
    ),
    Rule(
        "weights-damaged",
        "Weights that cannot be used",
        "The file is the one that was saved, and yet no safetensors file that can be read.",
        "a weights file that another program wrote",
        "Restore the bundle from a copy, or save it again.",
        "text",
    ),
    Rule(
        "weights-mismatch",
        "Weights that are not those of the plan",
        "Every variable of the plan has one array of its path, shape and dtype, and there is no "
        "other array.",
        "flow.assign({})",
        "Give the arrays that the message lists.",
        "text",
    ),
    Rule(
        "no-saved-model",
        "A bundle without a SavedModel",
        "What serves a flow, or is generated to serve it, loads the SavedModel of its bundle, and "
        "this bundle was saved without one.",
        'flow.save("engel.bundle", saved_model=False)',
        "Load it and save it again, with `saved_model=True`.",
        "text",
    ),
    Rule(
        "cannot-write",
        "A file that cannot be written",
        "The system refuses, or the target is in the way. What was there before is still there.",
        "flowspec fit … --output /engel.bundle",
        "Choose another folder, or make room.",
        "text",
    ),
    Rule(
        "folder-in-use",
        "A folder that holds something else",
        "`flow.export` replaces a SavedModel, and nothing else.",
        'flow.export("specs")',
        "Choose another folder.",
        "text",
    ),
)
