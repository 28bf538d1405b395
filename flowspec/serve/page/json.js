/* JSON whose numbers keep their digits: a seed has 64 bits, a number here 53. */

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const LOOSE = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL = /^([+-]?)(nan|inf|infinity)$/i;

/** A number as it was written. */
export class Exact {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/**
 * What somebody typed, as a value: a number where it is one, null where there is nothing. Any other
 * text goes to the service as it is, which has its own words for it.
 */
export function typed(text) {
  const word = text.trim();
  if (word === "") return null;
  if (NUMBER.test(word)) return new Exact(word);
  if (LOOSE.test(word)) return new Exact(String(Number(word)).replace(/^(-?)Infinity$/, "$11e999"));
  const special = SPECIAL.exec(word);
  if (!special) return word;
  if (special[2].toLowerCase() === "nan") return new Exact("NaN");
  return new Exact(special[1] === "-" ? "-Infinity" : "Infinity");
}

/** What a JSON text holds; its numbers are `Exact`. */
export function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" ? new Exact(context?.source ?? String(value)) : value,
  );
}

/** The JSON text of a value, on one line. */
export function write(value) {
  if (value instanceof Exact) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${write(one)}`);
  return `{${pairs.join(", ")}}`;
}

/** The JSON text of a request: an input a line, and a row a line where there are several. */
export function body(values) {
  const lines = Object.entries(values).map(([name, value]) => {
    const deep = Array.isArray(value) && value.length > 1 && Array.isArray(value[0]);
    const text = deep ? `[\n    ${value.map(write).join(",\n    ")}\n  ]` : write(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return lines.length ? `{\n${lines.join(",\n")}\n}` : "{}";
}
