"""Pages of calls and commands that ask for what cannot be done."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Calls and commands"

RULES = (
    Rule(
        "unknown-topic",
        "A topic that cannot be explained",
        "`flowspec explain` knows the slugs of diagnostics, the kinds, and the keys of the "
        "language.",
        "flowspec explain afine",
        "`flowspec explain` without a topic lists everything.",
        "text",
    ),
    Rule(
        "unknown-template",
        "A template that there is not",
        "`flowspec new` writes one of a few templates.",
        "flowspec new realnvp",
        "`flowspec new --list` lists them.",
        "text",
    ),
    Rule(
        "file-exists",
        "A file that is there already",
        "`flowspec new` replaces no file unless it is told to.",
        "flowspec new --output specs/engel.yaml",
        "Choose another name, or say `--force`.",
        "text",
    ),
    Rule(
        "unknown-output",
        "An output that the flow does not have",
        "`flow.ask` answers the outputs that the spec lists.",
        'flow.ask("smple")',
        "Use one of the names that the message lists.",
        "text",
    ),
    Rule(
        "output-is-input",
        "An output that is the file that is read",
        "What is read would be lost.",
        "flowspec log-prob engel.bundle rows.csv --output rows.csv",
        "Write to another file; `--keep` takes the columns along.",
        "text",
    ),
    Rule(
        "missing-data",
        "An output without the data that it needs",
        "The output takes inputs, which come from the rows of a file.",
        "flowspec ask engel.bundle quantile",
        "Give a file, or `-` for standard input.",
        "text",
    ),
    Rule(
        "fixed-spec",
        "A change to the spec of a bundle",
        "A bundle holds the spec that its variables belong to.",
        "flowspec verify engel.bundle --set dtype=float64",
        "Leave out `--set`, or name a spec.",
        "text",
    ),
    Rule(
        "nothing-to-train",
        "A flow whose every variable is frozen",
        "Training moves the variables that are trainable, and there are none.",
        "flow.store.trainable = False\nflow.fit(data)",
        "Set `trainable` of a layer to True, or of a part of the spec to true.",
        "text",
    ),
    Rule(
        "other-model",
        "Weights of another model",
        "Keras goes by the order of layers alone, so a file of one output's model could be read "
        "by the model of another, into the wrong layers.",
        'flow.models["forward"].load_weights("log_prob.weights.h5")',
        "Load the file of the same output; keep a whole flow with `flow.save`.",
        "text",
    ),
    Rule(
        "wrong-count",
        "A number of draws that is none",
        "It is one positive integer.",
        "flow.sample(0)",
        "Give an integer of at least 1.",
        "text",
    ),
    Rule(
        "wrong-seed",
        "A seed that is none",
        "A seed is an integer, or one integer for each row.",
        "flow.sample(10, seed=0.5)",
        "Give an integer.",
        "text",
    ),
    Rule(
        "wrong-option",
        "An option of training that does not fit",
        "What `flow.fit` is given takes the place of `training` in the spec, and has the same "
        "types and ranges.",
        "flow.fit(data, epochs=0)",
        "Give what is expected.",
        "text",
    ),
    Rule(
        "no-target",
        "A model that cannot be trained without a target",
        "A model without a loss of its own is trained on the log_prob of given events, and this "
        "one returns none.",
        'flow.models["sample"].fit(data)',
        "Fit the model of an output with the event in `inputs` and `log_prob` in `returns`, or "
        "compile it with a loss.",
        "text",
    ),
    Rule(
        "no-validation-rows",
        "Early stopping without validation rows",
        "It watches `val_loss`.",
        "flow.fit(data, early_stopping=5)",
        "Give `validation_split` or `validation_data`.",
        "text",
    ),
    Rule(
        "cannot-hold-out",
        "Rows that cannot be held out",
        "One side would have no rows, or the data are a tf.data.Dataset, whose rows cannot be "
        "chosen.",
        "flow.fit(data[:1], validation_split=0.1)",
        "Give `validation_data`, or more rows.",
        "text",
    ),
    Rule(
        "endless-data",
        "A dataset without an end",
        "An epoch goes through all rows, and statistics are those of all rows.",
        "flow.fit(dataset.repeat())",
        "Leave `.repeat()` out, or pass `dataset.take(n)`.",
        "text",
    ),
    Rule(
        "training-diverged",
        "A loss that stopped being finite",
        "A step was too long, or a row is far from all others. The variables are as before. The "
        "rows of a tf.data.Dataset are not checked, so that a value may be missing, a category "
        "unknown, or an event outside the support.",
        "flow.fit(data), with a learning rate of 100",
        "Lower the learning rate, set `global_clipnorm`, and look at the data.",
        "text",
    ),
    Rule(
        "missing-context",
        "A question without its context",
        "The flow is conditioned on inputs, and the command is given none.",
        "flowspec sample engel.bundle",
        "Give a file with `--context`.",
        "text",
    ),
    Rule(
        "no-context-inputs",
        "Context for a flow that has none",
        "The flow is not conditioned on anything.",
        "flowspec sample two_moons.bundle --context rows.csv",
        "Leave `--context` out.",
        "text",
    ),
    Rule(
        "missing-dependency",
        "A package that is not installed",
        "Validating and planning need nothing heavy; what builds models needs TensorFlow.",
        "flowspec fit, where only `flowspec` is installed",
        'Install it: pip install "flowspec[tf]"; what generating needs, "flowspec[generate]".',
        "text",
    ),
    Rule(
        "wrong-keras-backend",
        "Keras on another backend",
        "flowspec's models run on TensorFlow.",
        "KERAS_BACKEND=jax",
        "Set KERAS_BACKEND=tensorflow before Keras is first imported.",
        "text",
    ),
)
