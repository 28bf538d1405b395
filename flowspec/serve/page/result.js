/* An answer as a table and as it came. */

import { html, table } from "./dom.js";
import { duration, several, value } from "./numbers.js";
import { featureNames, isVector, rowsOf } from "./returns.js";
import { copyButton } from "./snippets.js";

const MOST_CELLS = 4000;
const MOST_COLUMNS = 100;
const MOST_TEXT = 100_000;

/** What an output answered. */
export function resultOf(flow, output, answer) {
  const columns = columnsOf(flow, output, answer.data);
  const rows = columns[0]?.rows ?? [];
  const room = html("div");
  const whole = html("input", { type: "checkbox", onchange: () => draw() });
  const draw = () => room.replaceChildren(...tables(output, columns, rows, whole.checked));
  draw();
  return html(
    "div",
    { class: "answer" },
    html(
      "p",
      { class: "told" },
      html("strong", {}, several(rows.length, "row")),
      html("span", { class: "quiet" }, ` in ${duration(answer.time)}`),
      html("label", { class: "check" }, whole, " every digit"),
    ),
    room,
    html("details", {}, html("summary", {}, "The answer as it came"), asItCame(answer.text)),
  );
}

function columnsOf(flow, output, data) {
  return output.returns.flatMap((one) => {
    const hasFeatures = isVector(output, one);
    const rows = rowsOf(data[one.name], hasFeatures);
    if (!hasFeatures) return [{ name: one.name, rows, of: (row) => row }];
    return featureNames(flow, one).map((name, at) => ({ name, rows, of: (row) => row[at] }));
  });
}

function tables(output, columns, rows, whole) {
  const shown = columns.slice(0, MOST_COLUMNS);
  const some = rows.slice(0, Math.max(1, Math.floor(MOST_CELLS / Math.max(1, shown.length))));
  const places = ["row", "draw", "draw of it"].slice(0, some[0]?.place.length ?? 1);
  const first = places.length > 1 ? places.join(" · ") : "row";
  const lines = some.map((row, at) => [
    row.place.join(" · "),
    ...shown.map((column) => value(column.of(column.rows[at].value), whole)),
  ]);
  const left = [
    rows.length > some.length && several(rows.length - some.length, "more row"),
    columns.length > shown.length && several(columns.length - shown.length, "more column"),
  ].filter(Boolean);
  return [
    table(
      `What ${output.name} returned`,
      [first, ...shown.map((one) => one.name)],
      lines,
      "numbers",
    ),
    left.length > 0
      ? html("p", { class: "quiet" }, `${left.join(" and ")} in the answer as it came.`)
      : "",
  ];
}

function asItCame(text) {
  const isLong = text.length > MOST_TEXT;
  return html(
    "div",
    { class: "code" },
    copyButton("Copy", () => text),
    html("pre", { tabindex: 0 }, isLong ? `${text.slice(0, MOST_TEXT)} …` : text),
  );
}
