/* A matrix of pictures: a histogram for each feature, a scatter for each two of them. */

import { palette, stepOf } from "./colours.js";
import { shortened } from "./letters.js";
import { ticks } from "./numbers.js";
import { binsFor, histogram, range } from "./statistics.js";

const EDGE = { left: 58, right: 4, top: 4, bottom: 44 };
const GAP = 8;
const LEAST = 84;
const MOST = 380;

/**
 * Draw features against each other.
 *
 * `features` are `{name, values, bounds}`, `colour` is null or `{values, ends}`.
 */
export function drawMatrix(canvas, width, features, colour) {
  const size = sizes(width, features.length);
  const pen = sized(canvas, size);
  const look = palette(canvas.parentElement);
  const ranges = features.map((one) => range(one.values, one.bounds));
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  features.forEach((down, row) =>
    features.forEach((across, column) => {
      const panel = panelAt(size, row, column);
      axes(pen, look, panel, across, ranges[column], row === column ? null : [down, ranges[row]]);
      if (row === column) bars(pen, look, panel, across.values, ranges[column]);
      else points(pen, look, panel, [across, ranges[column]], [down, ranges[row]], colour);
      if (row === features.length - 1) below(pen, look, panel, across, ranges[column]);
      if (column === 0) beside(pen, look, panel, down, features.length === 1 ? null : ranges[row]);
    }),
  );
}

function sizes(width, count) {
  const room = width - EDGE.left - EDGE.right - GAP * (count - 1);
  const cell = Math.max(LEAST, Math.min(count === 1 ? 900 : MOST, Math.floor(room / count)));
  const high = count === 1 ? Math.min(280, cell) : cell;
  const side = (one) => one * count + GAP * (count - 1);
  return {
    cell,
    high,
    width: EDGE.left + EDGE.right + side(cell),
    height: EDGE.top + EDGE.bottom + side(high),
  };
}

function sized(canvas, { width, height }) {
  const scale = Math.max(1, window.devicePixelRatio || 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  return pen;
}

function panelAt({ cell, high }, row, column) {
  const x = EDGE.left + column * (cell + GAP);
  const y = EDGE.top + row * (high + GAP);
  return { x, y, width: cell, height: high };
}

/** The frame, faint lines at the ticks, and dashed ones where the support ends. */
function axes(pen, look, panel, across, over, down) {
  pen.lineWidth = 1;
  pen.strokeStyle = look.line;
  for (const tick of ticksOf(over, panel.width)) upright(pen, panel, place(tick, over, panel));
  if (down)
    for (const tick of ticksOf(down[1], panel.height))
      flat(pen, panel, raise(tick, down[1], panel));
  pen.strokeRect(panel.x + 0.5, panel.y + 0.5, panel.width - 1, panel.height - 1);
  pen.setLineDash([4, 3]);
  pen.strokeStyle = look.quiet;
  for (const end of inside(across.bounds, over)) upright(pen, panel, place(end, over, panel));
  if (down)
    for (const end of inside(down[0].bounds, down[1])) flat(pen, panel, raise(end, down[1], panel));
  pen.setLineDash([]);
}

function bars(pen, look, panel, values, over) {
  const counts = histogram(values, over, binsFor(values.length));
  const most = Math.max(1, ...counts);
  const step = panel.width / counts.length;
  pen.fillStyle = look.accent;
  counts.forEach((count, at) => {
    const height = (count / most) * (panel.height - 8);
    const x = panel.x + at * step;
    pen.fillRect(x + 0.5, panel.y + panel.height - 1 - height, Math.max(1, step - 1), height);
  });
}

function points(pen, look, panel, [across, over], [down, up], colour) {
  const radius = across.values.length > 3000 ? 1 : 1.4;
  pen.globalAlpha = colour ? 0.8 : 0.55;
  for (const [shade, places] of shades(across.values, look, colour)) {
    pen.fillStyle = shade;
    pen.beginPath();
    for (const at of places) {
      if (across.values[at] === null || down.values[at] === null) continue;
      const x = place(across.values[at], over, panel);
      const y = raise(down.values[at], up, panel);
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/** The places of the values by their colours, the lowest first, so that the highest lie on top. */
function shades(values, look, colour) {
  if (!colour) return [[look.point, values.keys()]];
  const places = look.ramp.map(() => []);
  for (const at of values.keys()) places[stepOf(colour.values[at], colour.ends)].push(at);
  return look.ramp.map((shade, step) => [shade, places[step]]);
}

function below(pen, look, panel, feature, over) {
  const y = panel.y + panel.height;
  pen.fillStyle = look.quiet;
  pen.textAlign = "center";
  for (const tick of ticksOf(over, panel.width)) {
    pen.fillText(written(tick), place(tick, over, panel), y + 15);
  }
  pen.fillStyle = look.text;
  pen.fillText(shortened(pen, feature.name, panel.width), panel.x + panel.width / 2, y + 33);
}

function beside(pen, look, panel, feature, up) {
  const middle = panel.y + panel.height / 2;
  pen.fillStyle = look.quiet;
  pen.textAlign = "right";
  for (const tick of up ? ticksOf(up, panel.height) : []) {
    pen.fillText(written(tick), panel.x - 6, raise(tick, up, panel) + 4);
  }
  pen.fillStyle = look.text;
  pen.textAlign = "center";
  pen.save();
  pen.translate(14, middle);
  pen.rotate(-Math.PI / 2);
  pen.fillText(shortened(pen, up ? feature.name : "draws", panel.height), 0, 0);
  pen.restore();
}

function upright(pen, panel, x) {
  line(pen, x, panel.y, x, panel.y + panel.height);
}

function flat(pen, panel, y) {
  line(pen, panel.x, y, panel.x + panel.width, y);
}

function line(pen, ...[x, y, toX, toY]) {
  pen.beginPath();
  pen.moveTo(Math.round(x) + 0.5, Math.round(y) + 0.5);
  pen.lineTo(Math.round(toX) + 0.5, Math.round(toY) + 0.5);
  pen.stroke();
}

function place(value, [low, high], panel) {
  return panel.x + ((value - low) / (high - low)) * panel.width;
}

function raise(value, [low, high], panel) {
  return panel.y + panel.height - ((value - low) / (high - low)) * panel.height;
}

function inside(bounds, [low, high]) {
  return bounds.filter((end) => end !== null && end >= low && end <= high);
}

function ticksOf([low, high], room) {
  return ticks(low, high, Math.max(3, Math.floor(room / 55)));
}

function written(number) {
  const size = Math.abs(number);
  const text = size >= 1e5 || (size > 0 && size < 1e-3) ? number.toExponential(0) : `${number}`;
  return text.replace("-", "−");
}
