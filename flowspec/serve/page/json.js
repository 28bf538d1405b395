/* JSON whose numbers keep their digits: a seed has 64 bits, a number here 53. */

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const LOOSE = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
const MARK = "\\u0000";
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

/** What a JSON text holds; its numbers are `Exact`, NaN and the infinities among them. */
export function parse(text) {
  const marked = text.replace(TOKEN, (token) => (token[0] === '"' ? token : `"${MARK}${token}"`));
  return JSON.parse(marked, (_, value, context) => {
    if (typeof value === "number") return new Exact(context?.source ?? String(value));
    const isMarked = typeof value === "string" && value.startsWith("\0");
    return isMarked ? new Exact(value.slice(1)) : value;
  });
}

/** Every number of a value as `Exact`, in the fewest digits that are the same float32 where it is one. */
export function exact(value) {
  if (typeof value === "number") return new Exact(shortest(value));
  return Array.isArray(value) ? value.map(exact) : value;
}

function shortest(number) {
  for (const digits of [6, 7, 8, 9]) {
    const text = String(Number(number.toPrecision(digits)));
    if (Math.fround(Number(text)) === number) return text;
  }
  return String(number);
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
