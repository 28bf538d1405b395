"""From the parser's events to a tree of nodes, with every limit checked on the way.

Nothing here recurses, and an alias is counted at its full size before it is used, so neither
depth nor aliases can exhaust anything.
"""

from __future__ import annotations

from typing import NoReturn, cast

import yaml

from flowspec.diagnostics import Diagnostic, Span, SpecError, nearest
from flowspec.source.frames import Anchored, Frame, Key
from flowspec.source.limits import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, SMALLER
from flowspec.source.lines import Lines, Mark
from flowspec.source.node import Node, Scalar
from flowspec.source.scalars import ScalarError, check_collection_tag, check_key_tag, scalar

_MERGE_KEY = "<<"


class TreeBuilder:
    """Reads events one after the other and holds the tree when they are over.

    Attributes:
        top: The top node once it is complete.
        problems: What was wrong on the way.
    """

    def __init__(self, lines: Lines) -> None:
        """Start with an empty tree.

        Args:
            lines: The lines of the text, for spans.
        """
        self.top: Node | None = None
        self.problems: list[Diagnostic] = []
        self._lines = lines
        self._frames: list[Frame] = []
        self._anchors: dict[str, Anchored | Frame] = {}
        self._count = 0

    def feed(self, event: yaml.Event) -> None:
        """Take the next event.

        Args:
            event: An event of PyYAML's parser.

        Raises:
            SpecError: A limit is passed, or a second document begins.
        """
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.CollectionStartEvent():
                self._start(event)
            case yaml.CollectionEndEvent():
                self._end()
            case yaml.DocumentStartEvent():
                self._document(event)
            case _:
                pass

    def _report(
        self,
        slug: str,
        message: str,
        span: Span | None,
        *,
        expected: str | None = None,
        nearest: str | None = None,
        help: str | None = None,
    ) -> None:
        """Note a problem and read on, unless there are so many that more would not help."""
        path = ".".join(frame.place for frame in self._frames) or None
        problem = Diagnostic(
            slug=slug,
            message=message,
            span=span,
            path=path,
            expected=expected,
            nearest=nearest,
            help=help,
        )
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise SpecError(*self.problems)

    def _stop(self, slug: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        self._report(slug, message, span, help=help)
        raise SpecError(*self.problems)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        span = self._span(event)
        if self.top is not None:
            message = "a second document begins, but a file holds one"
            self._stop("several-documents", message, span, help="put each into its own file")
        if event.version and tuple(event.version) < (1, 2):
            version = ".".join(map(str, event.version))
            message = f"the file says it is YAML {version}, but it is read as YAML 1.2"
            self._report("yaml-version", message, span, expected="`%YAML 1.2` or no such line")

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._frames and self._frames[-1].takes_key:
            self._key(self._frames[-1], event)
            return
        span = self._span(event)
        self._grow(1, 0, span)
        node = Node(self._meaning(event, span), span)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(node, 1, 0)
        self._attach(node, 0, span)

    def _meaning(self, event: yaml.ScalarEvent, span: Span) -> Scalar:
        try:
            return scalar(event.value, event.tag, quoted=bool(event.style))
        except ScalarError as error:
            self._report(error.slug, error.message, span, help=error.help)
            return event.value

    def _key(self, frame: Frame, event: yaml.ScalarEvent) -> None:
        span, text = self._span(event), event.value
        self._grow(1, 0, span)
        first = frame.key_spans.setdefault(text, span)
        merges = text == _MERGE_KEY and not event.style and event.tag is None
        frame.key = Key(text, span, merges)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(Node(text, span), 1, 0)
        if event.tag is not None:
            self._check_key_tag(event.tag, span)
        if first is not span:
            message = f"the key `{text}` is given twice in one map"
            help_ = f"it is given first on line {first.line}"
            self._report("duplicate-key", message, span, help=help_)

    def _check_key_tag(self, tag: str, span: Span) -> None:
        try:
            check_key_tag(tag)
        except ScalarError as error:
            self._report(error.slug, error.message, span, help=error.help)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span, name = self._span(event), str(event.anchor)
        target = self._anchors.get(name)
        if isinstance(target, Anchored):
            self._grow(target.size, target.height, span)
            self._attach(target.node, target.height, span)
            return
        if target is None:
            message = f"the alias `*{name}` has no anchor before it"
            near = nearest(name, self._anchors)
            help_ = f"mark a node before it with `&{name}`"
            self._report("unknown-alias", message, span, nearest=near, help=help_)
        else:
            message = f"the alias `*{name}` stands inside the node that it repeats"
            self._report("recursive-alias", message, span, help="repeat another node")
        self._attach(Node({}, span), 0, span)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        span = self._span(event)
        self._grow(1, 1, span)
        frame = Frame(event, span, self._count - 1)
        try:
            check_collection_tag(event.tag, "map" if frame.is_map else "seq")
        except ScalarError as error:
            self._report(error.slug, error.message, span, help=error.help)
        if event.anchor is not None:
            self._anchors[event.anchor] = frame
        self._frames.append(frame)

    def _end(self) -> None:
        frame = self._frames.pop()
        node, name = frame.finished(), frame.event.anchor
        if name is not None and self._anchors.get(name) is frame:
            self._anchors[name] = Anchored(node, self._count - frame.count_before, frame.height)
        self._attach(node, frame.height, frame.span)

    def _attach(self, node: Node, height: int, span: Span) -> None:
        """Put a finished node where it belongs; `span` is where it stands here."""
        if not self._frames:
            self.top = node
            return
        frame = self._frames[-1]
        frame.height = max(frame.height, height + 1)
        if frame.takes_key:
            self._report("non-scalar-key", "a key is not a scalar", span, expected="a string")
            frame.key = Key("", span)
        elif frame.key and frame.key.merges:
            self._merge(frame, node, span)
        else:
            frame.add(node)

    def _merge(self, frame: Frame, node: Node, span: Span) -> None:
        for source in node.value if isinstance(node.value, tuple) else (node,):
            if isinstance(source.value, dict):
                for key, child in source.value.items():
                    frame.merged.setdefault(key, child)
            else:
                message = f"`{_MERGE_KEY}` merges something that is not a map"
                expected = "a map or a list of maps"
                place = span if source is node else source.span
                self._report("merge-of-non-map", message, place, expected=expected)
        frame.key = None

    def _grow(self, size: int, height: int, span: Span) -> None:
        """Count nodes that are about to be added, and check the limits."""
        self._count += size
        if self._count > MAX_NODES:
            message = f"there are more than {MAX_NODES} keys and values, aliases expanded"
            self._stop("too-many-nodes", message, span, SMALLER)
        if len(self._frames) + height > MAX_DEPTH:
            message = f"maps and lists are more than {MAX_DEPTH} deep inside one another"
            self._stop("too-deep", message, span, "look for a bracket that is not closed")

    def _span(self, event: yaml.Event) -> Span:
        # Every event of a parser has its marks; the stubs also allow for events made by hand.
        return self._lines.span(cast("Mark", event.start_mark), event.end_mark)
