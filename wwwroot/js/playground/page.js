// Keys of the playground, the buttons of its head, and lists that close by themselves.

import { save } from "../figure.js";

const typing = target => target.closest?.("textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])");
const pressing = target => target.closest?.("button, a, summary, label, input, select");

/** What a key does on the playground; null for nothing. */
export function actionOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) { return null; }
  switch (event.key) {
    case " ": return pressing(event.target) ? null : "toggle";
    case ",": return "back";
    case ".": return "forward";
    case "Home": return pressing(event.target) ? null : "first";
    case "End": return pressing(event.target) ? null : "last";
    default: return null;
  }
}

async function copyLink(button) {
  const word = button.querySelector("[data-copy-word]");
  try {
    await navigator.clipboard.writeText(location.href);
    word.textContent = "Copied";
  } catch {
    word.textContent = "Copy it from the address bar";
  }
  setTimeout(() => { word.textContent = "Copy link"; }, 2000);
}

/**
 * Listens on the whole page.
 * @param on adds a listener that ends with the page
 * @param acts what keys and buttons do
 */
export function listen(on, acts) {
  on(document, "keydown", event => {
    const action = actionOf(event);
    if (event.key === "Escape") {
      for (const list of document.querySelectorAll("[data-closing][open]")) {
        list.open = false;
        list.querySelector("summary").focus();
      }
    }
    if (!action) { return; }
    event.preventDefault();
    ({ toggle: acts.toggle, back: () => acts.step(false), forward: () => acts.step(true), first: acts.first, last: acts.last })[action]();
  });
  on(document, "click", event => {
    const link = event.target.closest?.("[data-copy-link]");
    if (link) { copyLink(link); }
    if (event.target.closest?.("[data-map-picture]")) {
      acts.picture().toBlob(blob => save(blob, "race.png", "image/png"));
    }
    for (const list of document.querySelectorAll("[data-closing][open]")) {
      if (!list.contains(event.target) || event.target.closest(".menu button, .menu a")) { list.open = false; }
    }
  });
}
