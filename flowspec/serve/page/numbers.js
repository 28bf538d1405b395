/* Numbers as they are shown. */

const GROUPED = new Intl.NumberFormat("en");

/** A count, with its thousands apart. */
export function count(number) {
  return GROUPED.format(number);
}

/** A count of things: `1 row`, `2 rows`. */
export function several(number, thing) {
  return `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
}

/** A value of a result, rounded or whole; the service sends null where it is not finite. */
export function value(number, whole = false) {
  if (number === null || number === undefined) return "not finite";
  return whole ? String(number) : String(Number(number.toPrecision(5)));
}

/** A bound: infinity where there is none. */
export function bound(number, sign) {
  return number === null || number === undefined ? `${sign}∞` : `${number}`.replace("-", "−");
}

/** An open interval, where it has a bound. */
export function interval(low, high) {
  if (low == null && high == null) return "";
  return `(${bound(low, "−")}, ${bound(high, "+")})`;
}

/** Open intervals: one for all features, or one for each. */
export function intervals(low, high) {
  if (!Array.isArray(low) && !Array.isArray(high)) return interval(low, high);
  const size = (Array.isArray(low) ? low : high).length;
  if (size > 4) return "an open interval each";
  const of = (one, at) => (Array.isArray(one) ? one[at] : one);
  return Array.from({ length: size }, (_, at) => interval(of(low, at), of(high, at))).join(", ");
}

/** A shape: `(B, 17)`. */
export function shape(axes) {
  return axes.length === 1 ? `(${axes[0]},)` : `(${axes.join(", ")})`;
}

/** Round numbers between two others, about so many. */
export function ticks(low, high, wanted) {
  const raw = (high - low) / Math.max(1, wanted);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].find((one) => one * size >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  if (!Number.isFinite(step) || last - first > 50) return [];
  return Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
}

/** How long something took. */
export function duration(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
