/* What draws come to: means, spreads, bins. */

/** Count, mean, standard deviation, least and greatest of the finite values. */
export function summary(values) {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    count += 1;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (count === 0) return { count, mean: null, sd: null, low: null, high: null };
  return { count, mean, sd: count > 1 ? Math.sqrt(squares / (count - 1)) : null, low, high };
}

/** How many values fall into each of some equal bins. */
export function histogram(values, [low, high], bins) {
  const counts = new Array(bins).fill(0);
  const scale = bins / (high - low);
  for (const value of values) {
    if (value === null || value < low || value > high) continue;
    counts[Math.min(bins - 1, Math.floor((value - low) * scale))] += 1;
  }
  return counts;
}

/** How many bins suit so many values. */
export function binsFor(count) {
  return Math.max(8, Math.min(60, Math.round(2.5 * Math.cbrt(count))));
}

/** The range to show: where the values lie, and a bound of the support that is not far from them. */
export function range(values, [low, high]) {
  const found = summary(values);
  if (found.count === 0) return [low ?? -1, high ?? 1];
  const width = found.high - found.low;
  const least = low !== null && found.low - low < width / 2 ? low : found.low;
  const greatest = high !== null && high - found.high < width / 2 ? high : found.high;
  const room = (greatest - least || Math.abs(least) || 1) * 0.04;
  return [least - room, greatest + room];
}

/** Two quantiles of the finite values, between which colours run. */
export function spread(values, below = 0.02, above = 0.98) {
  const sorted = values.filter((one) => one !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return [0, 1];
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return [at(below), at(above)];
}
