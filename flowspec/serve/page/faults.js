/* What the service finds wrong, in its words, beside the field that it names. */

import { html, prose } from "./dom.js";

/** A fault: its sentence, what was expected, what came, and what may help. */
export function faultOf(diagnostic) {
  const { message, expected, got, nearest, help } = diagnostic;
  const notes = [
    expected !== undefined && `expected ${expected}`,
    got !== undefined && `got ${got}`,
    nearest !== undefined && `did you mean ${nearest}?`,
    help,
  ].filter(Boolean);
  return html(
    "p",
    { class: "fault" },
    html("strong", {}, prose(message)),
    notes.length > 0 && html("span", {}, " ", prose(notes.join(" · "))),
  );
}

/** The row and the feature that a message names, `row 0 of \`state.2\` …`; null where it names none. */
export function placeIn(message) {
  const match = /^row (\d+) of `([^`.]+)(?:\.([^`]+))?`/.exec(message);
  return match && { row: Number(match[1]), feature: match[3] };
}

/** What an error says: its diagnostics, or that there was no answer at all. */
export function diagnosticsOf(error) {
  if (error.diagnostics?.length) return error.diagnostics;
  if (error.status !== undefined) return [{ message: error.message }];
  if (error instanceof SyntaxError) return [{ message: `this is not JSON: ${error.message}` }];
  return [{ message: "the service cannot be reached", help: "is it running?" }];
}
