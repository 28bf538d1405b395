/* The flow as a picture: base, layers, event, and the context that they read. */

import { fresh, html, svg, table } from "./dom.js";
import { grouped, nameOf } from "./groups.js";
import { layout } from "./layout.js";
import { cut } from "./letters.js";
import { marksOf } from "./marks.js";
import { count } from "./numbers.js";
import { encoderText, lineOf, movesText, sentence, titleOf } from "./words.js";

/** The diagram with its buttons, its legend, and the same as a table. */
export function diagram(flow) {
  const items = grouped(flow.chain.filter(isSeen));
  const open = new Set();
  const picture = html("div", { class: "picture" });
  const draw = () => {
    const width = Math.floor(picture.clientWidth);
    if (width > 0) picture.replaceChildren(drawn(flow, items, open, width, toggle));
  };
  const groups = items.filter((item) => item.rounds.length > 1);
  const buttons = new Map(groups.map((item) => [item.key, expander(item, () => toggle(item.key))]));
  const toggle = (key) => {
    if (!open.delete(key)) open.add(key);
    buttons.get(key).setAttribute("aria-expanded", open.has(key));
    draw();
  };
  new ResizeObserver(draw).observe(picture);
  return html(
    "div",
    { class: "diagram" },
    groups.length > 0 && html("p", { class: "buttons" }, ...buttons.values()),
    picture,
    legend(flow),
    html("details", {}, html("summary", {}, "The same as a table"), partsTable(flow)),
  );
}

/** Whether a part does anything: the map onto all numbers does not. */
function isSeen(part) {
  return part.family !== "supports" || part.kind !== "real" || part.parameters > 0;
}

function expander(item, toggle) {
  const text = `Every layer of ${nameOf(item)}`;
  return html(
    "button",
    { type: "button", class: "plain", "aria-expanded": "false", onclick: toggle },
    text,
  );
}

function drawn(flow, items, open, width, toggle) {
  const plan = layout(flow, items, open, width);
  const title = fresh("title");
  const text = fresh("text");
  return svg(
    "svg",
    {
      width: plan.width,
      height: plan.height,
      viewBox: `0 0 ${plan.width} ${plan.height}`,
      role: "img",
      "aria-labelledby": `${title} ${text}`,
    },
    svg("title", { id: title }, `The flow ${flow.name}`),
    svg("desc", { id: text }, sentence(flow, items.map(nameOf))),
    plan.buses.map(busLines),
    plan.boxes.slice(1).map((box, at) => arrow(plan.boxes[at], box)),
    plan.beside.map(contextBox),
    plan.boxes.map((box) => chainBox(box, toggle)),
  );
}

function chainBox(box, toggle) {
  if (box.type === "event") return eventBox(box);
  const frames =
    box.type === "group" ? [frame(box, 6), frame(box, 3), frame(box, 0)] : [frame(box, 0)];
  const click = box.group === null ? {} : { onclick: () => toggle(box.group) };
  return svg(
    "g",
    { class: `box ${box.type}${box.group === null ? "" : " folds"}`, ...click },
    frames,
    box.type === "group" && groupHead(box),
    box.inner.map((inner) => innerOf(inner, box)),
  );
}

function groupHead(box) {
  return [
    label(box.x + 12, box.y + 22, box.times, box.width / 2, "times"),
    number(box.x + box.width - 12, box.y + 22, box.parameters),
  ];
}

function innerOf(inner, box) {
  const room = box.width - 24;
  const { x, y, part } = inner;
  const parameters = box.type === "group" || inner.parameters === "0" ? "" : inner.parameters;
  const hasBell = part.family === "bases" && room > 170;
  const aside = hasBell ? 52 : 0;
  return [
    label(x, y + 12, inner.title, room - Math.max(aside, roomOf(parameters)), "title"),
    number(x + room, y + 12, parameters),
    inner.line && label(x, y + 30, inner.line, room - aside, "line"),
    hasBell && bell(x + room - 44, y + 4),
    inner.marks.map((mark) => marksOf(mark.part, x, mark.y, room)),
    inner.note && label(x, y + inner.height - 3, inner.note, room, "small"),
  ];
}

function eventBox(box) {
  const middle = box.x + box.width / 2;
  return svg(
    "g",
    { class: "box event" },
    svg("rect", { ...sides(box, 0), rx: 14 }),
    label(middle, box.y + 22, box.title, box.width - 32, "title"),
    label(middle, box.y + 39, box.line, box.width - 32, "line"),
  );
}

function contextBox(box) {
  return svg(
    "g",
    { class: "box context" },
    frame(box, 0),
    label(box.x + 10, box.y + 22, box.title, box.width - 18 - roomOf(box.parameters), "title"),
    number(box.x + box.width - 10, box.y + 22, box.parameters),
    box.lines.map((line, at) =>
      label(box.x + 10, box.y + 39 + 16 * at, line, box.width - 18, "line"),
    ),
  );
}

function frame(box, by) {
  return svg("rect", { ...sides(box, by), rx: 8, class: "frame" });
}

function sides(box, by) {
  return { x: box.x + by, y: box.y + by, width: box.width, height: box.height };
}

function arrow(from, to) {
  const x = from.x + Math.min(from.width / 2, 150);
  const start = from.y + from.height + (from.type === "group" ? 6 : 0);
  return svg(
    "g",
    { class: "flowing" },
    svg("path", { d: `M${x} ${start}V${to.y - 5}` }),
    tip(x, to.y),
  );
}

function tip(x, y) {
  return svg("path", { class: "tip", d: `M${x - 4.5} ${y - 7}L${x} ${y}L${x + 4.5} ${y - 7}Z` });
}

function busLines({ from, x, taps }) {
  if (taps.length === 0) return null;
  const ends = [from.y, ...taps.map((tap) => tap.y)];
  return svg(
    "g",
    { class: "reading" },
    svg("path", { d: `M${from.x} ${from.y}H${x}M${x} ${Math.min(...ends)}V${Math.max(...ends)}` }),
    taps.map((tap) => [
      svg("path", { d: `M${x} ${tap.y}H${tap.x - 5}` }),
      svg("path", {
        class: "tip",
        d: `M${tap.x - 7} ${tap.y - 4}L${tap.x} ${tap.y}L${tap.x - 7} ${tap.y + 4}Z`,
      }),
    ]),
  );
}

function bell(x, y) {
  const d =
    `M${x} ${y + 24}C${x + 14} ${y + 24} ${x + 14} ${y} ${x + 22} ${y}` +
    `S${x + 30} ${y + 24} ${x + 44} ${y + 24}`;
  return svg("path", { class: "bell", d });
}

/** The room that a number at the end of a line takes. */
function roomOf(text) {
  return text ? 8 + 7 * text.length : 0;
}

function number(x, y, text) {
  return text && svg("text", { x, y, class: "number" }, text);
}

/** A text that is cut where there is no room for it; whoever points at it sees it whole. */
function label(x, y, text, room, kind) {
  const shown = cut(text, room, kind);
  return svg("text", { x, y, class: kind }, shown !== text && svg("title", {}, text), shown);
}

function legend(flow) {
  if (!flow.chain.some((part) => part.family === "layers" && !part.order)) return null;
  const square = (kind) =>
    svg(
      "svg",
      { width: 10, height: 10, "aria-hidden": "true" },
      svg("rect", { x: 0.5, y: 0.5, width: 9, height: 9, rx: 2, class: kind }),
    );
  return html(
    "p",
    { class: "legend quiet" },
    html("span", {}, square("moves"), " a feature that is moved"),
    html("span", {}, square("passes"), " one that passes"),
    html("span", {}, "numbers on the right: parameters"),
  );
}

function partsTable(flow) {
  const encoders = flow.encoders.map((part) => [
    part.path,
    part.kind,
    encoderText(part),
    "",
    "",
    count(part.parameters),
  ]);
  const chain = flow.chain.map((part) => [
    part.path,
    titleOf(part),
    lineOf(part, flow.event),
    movesText(part),
    part.reads.join(", "),
    count(part.parameters),
  ]);
  const head = ["part", "kind", "what it does", "features", "reads", "parameters"];
  return table(`The parts of ${flow.name}`, head, [...encoders, ...chain], "small");
}
