"""Pages of weights that cannot be moved to another architecture as they are."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "Transfers"

RULES = (
    Rule(
        "partial-transfer",
        "A transfer that is not whole",
        "Something of the old flow would be left behind, or log_prob would change; the other "
        "messages say what. Nothing was moved, and nothing was written.",
        "flowspec transfer engel.bundle two_moons.yaml --output new.bundle",
        "Add the renames that the message suggests; or, if the loss is meant, say `--partial` or "
        "`partial=True`.",
        "text",
    ),
    Rule(
        "transfer-changes-numbers",
        "A part that computes something else",
        "The same variables lead to other answers there: another mask, activation or bound, "
        "another revision of a kind, a layer that came, went or stands elsewhere.",
        "log_scale_bound: 2.0 where the weights were trained with 3.0",
        "Keep the option as it was, or accept the change and train again.",
        "text",
    ),
    Rule(
        "transfer-not-whole",
        "A variable that the old one does not fill as it was",
        "It starts anew, loses entries, or gets entries that change the result of its layer.",
        "hidden: [32] where the weights were trained with [64]",
        "Keep the size, or accept the change and train again.",
        "text",
    ),
    Rule(
        "transfer-leaves-behind",
        "A trained variable without a place",
        "Nothing in the new flow continues it.",
        "repeat: 4 where the weights were trained with 8",
        "Say where it went in `renames:`, or accept the loss.",
        "text",
    ),
)
