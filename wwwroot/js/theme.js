// Runs in the head, before anything is painted: the server's theme (the person's choice) or else the system's.
(() => {
  const root = document.documentElement;
  const apply = theme => {
    root.dataset.theme = theme;
    for (const sheet of document.querySelectorAll("[data-theme-sheet]")) {
      sheet.media = sheet.dataset.themeSheet === theme ? "all" : "not all";
    }
  };
  if (!root.dataset.theme) { apply(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"); }

  // Figures and maps listen for "themechange" and draw again with the new tokens.
  document.addEventListener("click", event => {
    if (!event.target.closest?.("[data-theme-toggle]")) { return; }
    apply(root.dataset.theme === "dark" ? "light" : "dark");
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
    document.dispatchEvent(new CustomEvent("themechange", { detail: root.dataset.theme }));
  });
})();
