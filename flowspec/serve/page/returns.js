/* What an output returned, as columns of numbers. */

/** Whether a returned quantity has a number for each feature. */
export function isVector(output, one) {
  return one.shape.length - (output.draws === null ? 1 : 2) === 1;
}

/** The quantities of an output that have features, and those that are one number. */
export function quantities(output) {
  return {
    vectors: output.returns.filter((one) => isVector(output, one)),
    scalars: output.returns.filter((one) => !isVector(output, one)),
  };
}

/** The names of the features of a quantity: those of the event's fields, else its own and numbers. */
export function featureNames(flow, one) {
  const size = one.shape.at(-1);
  const fields = one.name === flow.event.name ? flow.event.fields : null;
  if (size === 1 && !fields) return [one.name];
  return Array.from({ length: size }, (_, at) => fields?.[at] ?? `${one.name} ${at}`);
}

/** The rows of a quantity: `[{place, value}]`, the place being its row and its draws. */
export function rowsOf(result, hasFeatures) {
  const rows = [];
  const walk = (value, place) => {
    const isRow = hasFeatures
      ? Array.isArray(value) && !Array.isArray(value[0])
      : !Array.isArray(value);
    if (isRow) rows.push({ place, value });
    else value.forEach((one, at) => walk(one, [...place, at]));
  };
  walk(result, []);
  return rows;
}
