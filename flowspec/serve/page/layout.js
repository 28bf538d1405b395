/* Where the parts of a diagram stand: the chain downwards, the context beside it. */

import { parametersOf } from "./groups.js";
import { heightOf } from "./marks.js";
import { count, several } from "./numbers.js";
import { contextText, encoderText, lineOf, supportText, titleOf } from "./words.js";

const PAD = 12;
const TITLE = 18;
const LINE = 16;
const GAP = 26;
const HEAD = 26;
const ROOMY = 110;

/**
 * The boxes of a diagram and the lines between them.
 *
 * `items` are those of `grouped`, `open` the keys of the groups of which every layer is shown,
 * `width` the room there is.
 */
export function layout(flow, items, open, width) {
  const contexts = flow.context.length;
  const aside = contexts ? Math.round(Math.min(170, Math.max(100, width * 0.31))) : 0;
  const left = contexts ? aside + 16 + 7 * contexts : 0;
  const column = { x: left + 1, width: width - left - 8, flow };
  const boxes = [];
  let y = 1;
  for (const item of items) {
    const made = isOpen(item, open) ? opened(item, y, column) : [closed(item, y, column)];
    boxes.push(...made);
    y = bottom(boxes.at(-1)) + GAP;
  }
  boxes.push(terminal(y, column));
  const beside = contextBoxes(flow, aside);
  const height = Math.max(bottom(boxes.at(-1)), beside.length ? bottom(beside.at(-1)) : 0) + 2;
  return { width, height, boxes, beside, buses: buses(flow, boxes, beside, left) };
}

function isOpen(item, open) {
  return item.rounds.length === 1 || open.has(item.key);
}

/** Every layer of a group, a box each. */
function opened(item, top, column) {
  let y = top;
  return item.rounds.flat().map((part) => {
    const box = single(part, y, column, item);
    y = bottom(box) + GAP;
    return box;
  });
}

function single(part, y, { x, width, flow }, item) {
  const inner = content(part, x + PAD, y + PAD, flow);
  const group = item.rounds.length > 1 ? item.key : null;
  return { type: part.family, group, x, y, width, height: inner.height + 2 * PAD, inner: [inner] };
}

/** A group as one box: how often, and what is repeated. */
function closed(item, y, column) {
  if (item.rounds.length === 1) return single(item.rounds[0][0], y, column, item);
  const inner = [];
  let at = y + HEAD + 6;
  for (const [place, part] of item.rounds[0].entries()) {
    const one = content(part, column.x + PAD, at, column.flow, variants(item, place));
    inner.push(one);
    at += one.height + PAD;
  }
  return {
    type: "group",
    group: item.key,
    x: column.x,
    y,
    width: column.width,
    height: at - y,
    inner,
    times: `${item.rounds.length} ×`,
    parameters: count(parametersOf(item)),
  };
}

/** The first two rounds of a layer that differ in their masks, and whether there are more. */
function variants(item, place) {
  const seen = new Map();
  for (const round of item.rounds) {
    const part = round[place];
    const sign = JSON.stringify(part.mask ?? part.order);
    if (!seen.has(sign)) seen.set(sign, part);
  }
  const all = [...seen.values()];
  const isWired = all[0].order !== null;
  return { shown: all.slice(0, isWired ? 1 : 2), more: all.length > (isWired ? 1 : 2) };
}

function content(part, x, y, flow, { shown, more } = { shown: [part], more: false }) {
  const line = lineOf(part, flow.event);
  let at = y + TITLE + (line ? LINE : 0);
  const marks = shown.filter(heightOf).map((one, index) => {
    const mark = { part: one, y: at + (index ? 0 : 6) };
    at = mark.y + heightOf(one);
    return mark;
  });
  const note = more ? "another each time" : "";
  if (note) at += LINE;
  return {
    part,
    x,
    y,
    title: titleOf(part),
    line,
    marks,
    note,
    height: at - y,
    parameters: shown.length > 1 || more ? "" : count(part.parameters),
  };
}

function terminal(y, { x, width, flow }) {
  const { event } = flow;
  const onto = typeof event.support.low === "object" ? "" : supportText(event);
  const features = event.fields?.join(", ") ?? several(event.size, "feature");
  const line = [features, onto].filter(Boolean).join(" in ");
  return { type: "event", x, y, width, height: 52, title: flow.event.name, line };
}

function contextBoxes(flow, width) {
  let y = 1;
  return flow.context.map((context, at) => {
    const encoder = flow.encoders[at];
    const lines = [contextText(context), encoderText(encoder)].filter(Boolean);
    const parameters = encoder.parameters && width >= ROOMY ? count(encoder.parameters) : "";
    if (encoder.parameters && !parameters) lines.push(count(encoder.parameters));
    const height = TITLE + LINE * lines.length + 2 * PAD - 4;
    const box = {
      type: "context",
      x: 1,
      y,
      width: width - 2,
      height,
      title: context.name,
      lines,
      parameters,
    };
    y += height + 16;
    return box;
  });
}

/** A line from each context input to every box that reads it; upper inputs run further right. */
function buses(flow, boxes, beside, left) {
  return flow.context.map((context, at) => {
    const from = beside[at];
    const x = left - 14 - 7 * at;
    const taps = boxes.flatMap((box) =>
      (box.inner ?? [])
        .filter((inner) => inner.part.reads.includes(context.name))
        .map((inner) => ({
          x: box.x,
          y: inner.y + 6 + 7 * inner.part.reads.indexOf(context.name),
        })),
    );
    return { name: context.name, x, from: { x: from.x + from.width, y: from.y + 18 }, taps };
  });
}

function bottom(box) {
  return box.y + box.height;
}
