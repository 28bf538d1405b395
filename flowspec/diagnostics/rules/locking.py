"""Pages of what is told about locks."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Locks"

RULES = (
    Rule(
        "lock-outdated",
        "A spec that is not what its lock says",
        "A lock holds what a spec meant when it was reviewed: every option with its default, "
        "fingerprints, signatures and variables. `flowspec validate --locked` compares them. They "
        "differ where the spec was changed, where a file that it extends was, where the lock was "
        "edited, or where another flowspec has another default.",
        "flowspec validate policy.yaml --locked",
        "If the change is meant, run `flowspec lock`, and commit spec and lock together.",
        "text",
    ),
    Rule(
        "lock-missing",
        "A spec without a lock",
        "The lock of `policy.yaml` is `policy.yaml.lock`, in the same folder.",
        "flowspec validate policy.yaml --locked",
        "Write it with `flowspec lock`, and commit it.",
        "text",
    ),
    Rule(
        "lock-damaged",
        "A lock that is none",
        "A lock says its number, `lock: 1`, first. A merge can leave something else.",
        "flowspec validate policy.yaml --locked",
        "Write it again with `flowspec lock`, and read the difference.",
        "text",
    ),
    Rule(
        "newer-lock",
        "A lock from a newer flowspec",
        "The number of the lock is higher than the highest that this flowspec knows.",
        "flowspec validate policy.yaml --locked",
        "Update flowspec.",
        "text",
    ),
    Rule(
        "lock-without-file",
        "A lock of standard input",
        "A lock stands beside the file of its spec, and standard input is no file.",
        "flowspec lock -",
        "Name the file.",
        "text",
    ),
)
