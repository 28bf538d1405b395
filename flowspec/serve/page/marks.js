/* Small pictures of what a layer does with the features: masks as squares, orders as wires. */

import { svg } from "./dom.js";

const SQUARE = 9;
const STEP = 12;
const WIRES = 28;
const APART = 18;

/** How high the picture of a layer is; 0 where it has none. */
export function heightOf(part) {
  if (part.order) return fitsWires(part) ? WIRES + 6 : 16;
  return part.family === "layers" ? STEP + 3 : 0;
}

/** The picture of a layer with its top left corner at (x, y), at most so wide. */
export function marksOf(part, x, y, width) {
  if (part.order) return fitsWires(part) ? wires(part.order, x, y, width) : otherOrder(part, x, y);
  if (part.family !== "layers") return [];
  return squares(part.mask ?? Array(part.features).fill(false), x, y, width);
}

function fitsWires(part) {
  return part.order.length <= 16;
}

/** A square a feature: filled where it is moved, empty where it passes. */
function squares(mask, x, y, width) {
  const room = Math.floor(width / STEP);
  const isLong = mask.length > room;
  const shown = isLong ? Math.max(1, Math.floor((width - 116) / STEP)) : mask.length;
  const drawn = mask.slice(0, shown).map((passes, at) =>
    svg("rect", {
      x: x + at * STEP + 0.5,
      y: y + 0.5,
      width: SQUARE,
      height: SQUARE,
      rx: 2,
      class: passes ? "passes" : "moves",
    }),
  );
  if (!isLong) return drawn;
  const moved = mask.filter((passes) => !passes).length;
  const text = `… moves ${moved} of ${mask.length}`;
  return [...drawn, svg("text", { x: x + shown * STEP + 2, y: y + 9, class: "small" }, text)];
}

/** A wire a feature, from its place before the layer to its place behind it. */
function wires(order, x, y, width) {
  const step = Math.min(APART, width / order.length);
  const at = (place) => x + 5 + place * step;
  const middle = y + WIRES / 2;
  return order.map((from, to) =>
    svg("path", {
      class: "wire",
      d: `M${at(from)} ${y}C${at(from)} ${middle} ${at(to)} ${middle} ${at(to)} ${y + WIRES}`,
    }),
  );
}

function otherOrder(part, x, y) {
  const text = `${part.order.length} features in another order`;
  return [svg("text", { x, y: y + 10, class: "small" }, text)];
}
