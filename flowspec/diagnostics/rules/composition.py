"""Pages of what does not fit together in a flow."""

from __future__ import annotations

from flowspec.diagnostics.rules.rule import Rule

TITLE = "How the parts of a flow fit together"

RULES = (
    Rule(
        "reserved-name",
        "A name that is a word of the language",
        "`latent`, `log_prob`, `base_log_prob`, `ldj`, `draws`, `seed`, `self` and "
        "`serving_default` mean something in every flow, so neither the event nor a context input "
        "has such a name, and no output is called `seed` or `serving_default`.",
        "event: {name: latent, shape: [2]}",
        "Choose another name.",
    ),
    Rule(
        "unknown-rename",
        "A rename that leads to no variable",
        "`renames` says where the variables of an earlier version went: from the start of their "
        "paths there to the start of their paths here.",
        "renames: {layers.0: layers.trunk}",
        "Name the start of a path that `flowspec plan` lists.",
    ),
    Rule(
        "too-many-layers",
        "Too many layers",
        "A flow has at most 1024 layers once repeats are written out, and fewer where the event "
        "has more than 4096 features.",
        "layers:\n"
        "  - repeat: 1000\n"
        "    layers: [{repeat: 1000, layers: [{kind: coupling, transform: {kind: affine}}]}]",
        "Repeat less often.",
    ),
    Rule(
        "too-many-parameters",
        "Variables that are too large",
        "All variables together have at most 2**30 elements, which in float32 is 4 GiB; an "
        "optimizer holds some more of each.",
        "layers:\n"
        "  - kind: coupling\n"
        "    transform: {kind: affine}\n"
        "    conditioner: {kind: mlp, hidden: [65536, 65536]}\n"
        "  - {kind: elementwise, transform: {kind: affine}}",
        "Use smaller networks, fewer layers, or an encoder that makes a large input small once.",
    ),
    Rule(
        "coupling-on-one-feature",
        "A coupling on an event of one feature",
        "In a coupling some features pass and decide how the others are moved, so there are at "
        "least two.",
        "event: {name: action, shape: [1]}",
        "Use `kind: elementwise`, with a conditioner where there is context.",
    ),
    Rule(
        "one-sided-mask",
        "A mask that lets everything or nothing pass",
        "Where no feature passes, nothing decides; where all pass, nothing is moved.",
        "layers:\n  - {kind: coupling, mask: [1, 1], transform: {kind: affine}}",
        "Let some features pass and have others moved.",
    ),
    Rule(
        "not-a-permutation",
        "An order that is no permutation",
        "A list as `order` names every feature exactly once, counted from 0.",
        "layers:\n"
        "  - {kind: permutation, order: [1, 1]}\n"
        "  - {kind: elementwise, transform: {kind: affine}}",
        "Write each number once.",
    ),
    Rule(
        "unmoved-feature",
        "A feature that no layer moves",
        "A feature that passes every layer unchanged keeps the distribution of the base, whatever "
        "the data. Features are followed through permutations.",
        "layers:\n  - {kind: coupling, mask: even, transform: {kind: affine}}",
        "Add a coupling with another mask, or a permutation between couplings.",
    ),
    Rule(
        "unknown-context",
        "A context input that there is not",
        "A conditioner's `context` lists inputs that stand under `context:` of the spec.",
        "context:\n"
        "  state: {kind: vector, size: 3}\n"
        "layers:\n"
        "  - kind: elementwise\n"
        "    transform: {kind: affine}\n"
        "    conditioner: {kind: mlp, context: [stat]}",
        "Name one of the spec's context inputs, or add it there.",
    ),
    Rule(
        "nothing-to-read",
        "A conditioner without anything to read",
        "A conditioner of an elementwise layer or of the base reads context and nothing else, and "
        "here the flow has none, or none is listed.",
        "base: {kind: normal, conditioner: {kind: mlp}}",
        "Let it read a context input, or remove it: raw parameters are then variables.",
    ),
    Rule(
        "empty-interval",
        "Bounds without room between them",
        "`low` is below `high`, and there are numbers of the flow's dtype between them.",
        "event: {name: action, shape: [2], support: {kind: interval, low: 1, high: -1}}",
        "Exchange the bounds, move them apart, or use `dtype: float64`.",
    ),
    Rule(
        "unread-context",
        "A context input that nothing reads",
        "A warning: callers must give the input, and nothing depends on it.",
        "context:\n"
        "  state: {kind: vector, size: 3}\n"
        "  task: {kind: category, count: 4}\n"
        "layers:\n"
        "  - kind: elementwise\n"
        "    transform: {kind: affine}\n"
        "    conditioner: {kind: mlp, context: [state]}",
        "Let a conditioner read it, or remove it.",
    ),
    Rule(
        "log-scales-overflow",
        "Log-scales that may add up to more than a float holds",
        "A warning: each layer may multiply a feature by exp of its log-scale bound, and so may a "
        "learned base. Along the chain these add up, feature by feature; exp overflows float32 at "
        "88 and float64 at 709.",
        "layers:\n  - repeat: 30\n    layers: [{kind: elementwise, transform: {kind: affine}}]",
        "Lower `log_scale_bound` of the transforms, use fewer layers, or `dtype: float64`.",
    ),
    Rule(
        "box-too-small",
        "A box that the base often leaves",
        "A warning: outside its box a spline is the identity. Of a standard normal base 5 % of "
        "each feature lie outside a bound of 2, and 0.3 % outside one of 3; what lies there is not "
        "bent. Only layers that nothing but such transforms precedes are judged.",
        "layers:\n"
        "  - kind: elementwise\n"
        "    transform: {kind: rational_quadratic_spline, bound: 1}",
        "Raise `bound`; 3 to 5 suit a standard normal base.",
    ),
    Rule(
        "box-too-large",
        "A box of which the base reaches hardly anything",
        "A warning: the bins of a spline are spread evenly over its box at first, so in a box much "
        "wider than the base most of them are empty.",
        "layers:\n"
        "  - kind: elementwise\n"
        "    transform: {kind: rational_quadratic_spline, bound: 100}",
        "Lower `bound`; `standardize: true` on the event brings data into a range of a few units.",
    ),
)
