/* How much room letters take, before they are drawn. */

const SIZES = { title: "600 13.5px", times: "600 13.5px", line: "12px", small: "11px" };

let pen = null;

/** A text, cut so that it fits into so many pixels. */
export function cut(text, room, kind) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${SIZES[kind]} ${getComputedStyle(document.body).fontFamily}`;
  return shortened(pen, text, room);
}

/** The same with the font that a pen has. */
export function shortened(pen, text, room) {
  let shown = text.slice(0, 200);
  while (shown.length > 2 && pen.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`;
  return shown;
}
