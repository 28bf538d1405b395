"""Pages of what keeps a bundle from being published in MLflow, or loaded from there."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Publishing in MLflow"

RULES = (
    Rule(
        "mlflow-refused",
        "Something that MLflow does not do",
        "MLflow does not take a name, does not know a kind of store, or cannot reach one; the "
        "message ends in its own words. Nothing is registered before all of a model is logged, and "
        "a run that does not come to its end is marked as failed.",
        "flowspec publish engel.bundle --name engel/1",
        "Choose another name, or another URI. A folder as a store is allowed by "
        "`MLFLOW_ALLOW_FILE_STORE=true`.",
        "text",
    ),
    Rule(
        "wrong-alias",
        "An alias that MLflow keeps for itself, or cannot write",
        "`latest` and `v1`, `v2` and so on have a meaning of their own there.",
        "flowspec publish engel.bundle --alias latest",
        "Use letters, digits, `_` and `-`, as in `champion`.",
        "text",
    ),
    Rule(
        "other-bundle",
        "A bundle that is another than the one that was published",
        "What is logged in MLflow holds the hash of its bundle. The bundle beside it is whole, but "
        "has another one: it was put there in its place. Or a bundle was saved anew while it was "
        "being published.",
        'mlflow.pyfunc.load_model("models:/engel/1"), after its `data/bundle` was replaced',
        "Publish the bundle that is wanted, which makes a version of its own.",
        "text",
    ),
    Rule(
        "unknown-parameter",
        "A parameter that a prediction does not have",
        "A published model takes `output`, `seed` and `draws`.",
        'model.predict(rows, {"ouput": "log_prob"})',
        "Use one of the names that the message lists.",
        "text",
    ),
)
