/* The choice of colours, kept in this browser. Runs before anything is drawn. */

(() => {
  const KEY = "flowspec.theme";
  const root = document.documentElement;

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function keep(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Where nothing may be kept, the choice lasts as long as the page.
    }
  }

  function apply(choice) {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
    document.dispatchEvent(new Event("theme"));
  }

  function wire() {
    const radios = document.querySelectorAll("#theme input");
    for (const radio of radios) {
      radio.checked = radio.value === (root.dataset.theme ?? "auto");
      radio.addEventListener("change", () => {
        keep(radio.value);
        apply(radio.value);
      });
    }
  }

  apply(kept());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new Event("theme"));
  });
  document.addEventListener("DOMContentLoaded", wire);
})();
