/* Requests to the service, with its token where it wants one. */

const KEY = "flowspec.token";
const COME_AGAIN = new Set(["not-ready", "queue-full"]);

let token = null;
let tokenWanted = null;

try {
  token = sessionStorage.getItem(KEY);
} catch {
  // Where nothing may be kept, the token lasts as long as the page.
}

/** Why the service did not answer: its status, its sentence, its diagnostics. */
export class Refusal extends Error {
  constructor(status, data, after) {
    super(data?.error ?? `the service answered ${status}`);
    this.status = status;
    this.diagnostics = data?.diagnostics ?? [];
    this.after = after;
  }

  /** Whether the same request may be answered in a moment. */
  get mayComeAgain() {
    return this.diagnostics.some((one) => COME_AGAIN.has(one.slug));
  }
}

/** Whether a token is kept. */
export function hasToken() {
  return token !== null;
}

/** Keep a token for this tab, or forget it. */
export function keepToken(text) {
  token = text;
  try {
    if (text === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, text);
  } catch {
    // As above.
  }
}

/** Say who is asked for a token: a function that returns once there is one. */
export function onTokenWanted(ask) {
  tokenWanted = ask;
}

/** The whole address of a path of the service. */
export function address(path) {
  return new URL(path, document.baseURI).href;
}

/**
 * Ask the service.
 *
 * Returns what it answered: `data`, the `text` it came as, and the `time` in milliseconds.
 * Throws a `Refusal`, or what `fetch` throws where the service cannot be reached.
 */
export async function ask(path, { body, signal } = {}) {
  for (;;) {
    const started = performance.now();
    const response = await fetch(address(path), request(body, signal));
    const text = await response.text();
    const time = performance.now() - started;
    if (response.ok) return { data: JSON.parse(text), text, time };
    if (response.status !== 401 || tokenWanted === null) throw refusal(response, text);
    const isWrong = token !== null;
    keepToken(null);
    await tokenWanted(isWrong, signal);
  }
}

/** Ask until the service has room and is loaded; `told` hears why it waits. */
export async function askPatiently(path, { body, signal, told }) {
  for (;;) {
    try {
      return await ask(path, { body, signal });
    } catch (error) {
      if (!(error instanceof Refusal) || !error.mayComeAgain) throw error;
      told?.(error.message);
      await pause(error.after, signal);
    }
  }
}

/** Whether everything is loaded; anybody may ask this. */
export async function isReady() {
  const response = await fetch(address("readyz"), { cache: "no-store" });
  return response.ok;
}

function request(body, signal) {
  const headers = { accept: "application/json" };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body === undefined) return { headers, signal, cache: "no-store" };
  headers["content-type"] = "application/json";
  return { method: "POST", body, headers, signal };
}

function refusal(response, text) {
  let data = null;
  try {
    data = JSON.parse(text);
  } catch {
    // Something between here and the service has answered in words of its own.
  }
  return new Refusal(response.status, data, Number(response.headers.get("retry-after")) || 1);
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException("stopped", "AbortError"));
    if (signal?.aborted) stop();
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => (clearTimeout(timer), stop()), { once: true });
  });
}
