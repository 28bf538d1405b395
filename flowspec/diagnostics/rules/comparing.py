"""Pages of what can be wrong when two versions of a flow are compared."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Versions of a flow"

RULES = (
    Rule(
        "git-source",
        "A revision and a file that cannot be read off",
        "A file of a revision is named as `git:REV:path`. The revision is whatever git takes for "
        "one, but no option; the path starts at the top of the repository, or with `./` at the "
        "working folder.",
        "flowspec diff git:HEAD policy.yaml",
        "Write `git:HEAD:policy.yaml`.",
        "text",
    ),
    Rule(
        "no-git",
        "A git that cannot be called",
        "Revisions are read by the program `git`.",
        "flowspec diff git:HEAD:policy.yaml policy.yaml",
        "Install git, or name a file.",
        "text",
    ),
    Rule(
        "no-repository",
        "No repository around the working folder",
        "A revision is looked for in the repository in which the command is called. git does not "
        "look into those of other users, unless its option `safe.directory` says so.",
        "cd /tmp && flowspec diff git:HEAD:policy.yaml policy.yaml",
        "Call the command from inside a clone.",
        "text",
    ),
    Rule(
        "unknown-commit",
        "A revision that git does not know",
        "The name is neither a commit nor a branch nor a tag of this clone. A shallow clone, as "
        "many build servers make it, has only the last commits, and often no other branch.",
        "flowspec diff git:release-9:policy.yaml policy.yaml",
        "Correct the name, or fetch the revision.",
        "text",
    ),
    Rule(
        "not-in-revision",
        "A file that a revision does not have",
        "The file, or one that it extends, is new since then or had another name. What a spec "
        "extends is looked for in the same revision.",
        "flowspec diff git:HEAD:new_policy.yaml new_policy.yaml",
        "Compare with a revision that has the file; a new one has nothing to be compared with.",
        "text",
    ),
    Rule(
        "unknown-rule",
        "A word that chooses nothing",
        "`--promise` takes the categories `callers`, `weights`, `numbers` and `training`, or "
        "`none`. `--fail-on` takes the ids of rules, these categories and `docs`, and the "
        "severities `error`, `warning` and `note`.",
        "flowspec diff old.yaml new.yaml --promise caller",
        "Correct the word; `flowspec explain` lists the rules.",
        "text",
    ),
    Rule(
        "retired-rule",
        "A rule that another one replaced",
        "Ids of rules are never used again. One that is retired still means what took its place.",
        "flowspec diff old.yaml new.yaml --fail-on some-old-rule",
        "Write the id of its successor.",
        "text",
    ),
)
