// The page's dialogs: native dialog elements, which keep the focus inside and give it back. Also enlarge and compare.
import { capOf } from "./keys.js";
import { ordinal } from "./words.js";
import * as order from "./order.js";

export class Dialogs {
  constructor(board) {
    this.board = board;
    this.split = 50;
  }

  get root() { return this.board.root; }

  changed({ target }) { if (target.matches("[data-letters]")) { localStorage.setItem("ranking.letters", target.checked ? "on" : "off"); } }

  get current() { return this.root.querySelector("dialog[open]"); }

  get isOpen() { return !!this.current; }

  find(name) { return this.root.querySelector(`dialog[data-dialog="${name}"]`); }

  open(name, texts = {}) {
    const dialog = this.find(name);
    if (!dialog || dialog.open) { return; }
    this.current?.close();
    for (const [selector, text] of Object.entries(texts)) { dialog.querySelector(selector).textContent = text; }
    const letters = dialog.querySelector("[data-letters]");
    if (letters) { letters.checked = localStorage.getItem("ranking.letters") !== "off"; }
    dialog.showModal();
  }

  closeIf(name) { const dialog = this.find(name); if (dialog?.open) { dialog.close(); } }

  /** Clicks inside a dialog; true when it was handled. */
  click(target) {
    const dialog = target.closest?.("dialog");
    if (!dialog) { return false; }
    const skip = target.closest("[data-skip]");
    const compare = target.closest("[data-compare]");
    if (skip) { dialog.close(); this.board.send({ kind: "skip", reason: skip.dataset.skip }); }
    else if (target.closest("[data-undo-yes]")) { dialog.close(); this.board.undo(true); }
    else if (compare) { this.compareAct(compare.dataset.compare); }
    else if (target.closest("[data-close]")) { dialog.close(); }
    else if (target.closest("[data-act]")) { const { act } = target.closest("[data-act]").dataset; dialog.close(); this.board.act({ act }); }
    else if (target === dialog && dialog.dataset.dialog !== "stale") { dialog.close(); }
    return true;
  }

  /** Keys while a dialog is open; true when it was handled. */
  key(action, event) {
    const dialog = this.current;
    if (!dialog) { return false; }
    switch (dialog.dataset.dialog) {
      case "skip": {
        const reasons = [...dialog.querySelectorAll(".reason")];
        if (action.act === "place" && reasons[action.position]) { this.click(reasons[action.position]); return true; }
        return false;
      }
      case "zoom": return this.zoomKey(action);
      case "compare": return this.compareKey(action, event);
      case "stale": return action.act === "close";
      default: return false;
    }
  }

  // ── enlarge ──────────────────────────────────────────────────────────────
  zoom(position) {
    const source = this.board.round.phase === "line" ? this.board.line.picture() : this.board.pictureOf(position);
    if (!source) { return; }
    this.zoomed = position;
    this.open("zoom");
    this.paintZoom(source);
  }

  paintZoom(source) {
    const dialog = this.find("zoom");
    dialog.querySelector("[data-zoom]").src = source;
    const tier = this.board.round.phase === "line" ? -1 : order.tierOf(this.board.order, this.zoomed);
    const badge = dialog.querySelector("[data-zoom-badge]");
    badge.hidden = tier < 0;
    badge.textContent = tier < 0 ? "" : ordinal(tier + 1);
    const cap = capOf(this.zoomed ?? 99);
    dialog.querySelector("[data-zoom-text]").textContent = this.board.round.phase === "line" ? "" : `Picture ${this.zoomed + 1}${cap ? `, key ${cap}` : ""}`;
  }

  zoomKey({ act, position }) {
    if (act === "enlarge" || act === "close") { this.find("zoom").close(); return true; }
    if (this.board.round.phase === "line") { return false; }
    const step = { left: -1, up: -1, right: 1, down: 1 }[act];
    if (step) {
      const { count } = this.board;
      let next = this.zoomed;
      do { next = (next + step + count) % count; } while (!this.board.pictureOf(next) && next !== this.zoomed);
      this.zoomed = next;
    } else if (act === "place" && position < this.board.count) { this.board.place(position); }
    else if (act === "tie" && position < this.board.count) { this.board.tie(position); }
    else { return false; }
    this.paintZoom(this.board.pictureOf(this.zoomed));
    return true;
  }

  // ── compare ──────────────────────────────────────────────────────────────
  compare(position) {
    const { board } = this;
    if (board.round.phase === "line" || !board.pictureOf(position)) { return; }
    if (board.mark === null || board.mark === undefined || board.mark === position) {
      board.mark = board.mark === position ? null : position;
      board.tell(board.mark === null ? "Nothing is marked." : `Picture ${position + 1} is marked. Choose another to compare.`);
      board.paint();
      return;
    }
    this.openCompare(board.mark, position);
    board.mark = null;
    board.paint();
  }

  /** From the menu of a phone: the first two placed, else the first two pictures. */
  compareTwo() {
    const [a, b] = [...this.board.order.tiers.flat(), ...order.below(this.board.order, this.board.count)];
    this.openCompare(a, b);
  }

  openCompare(a, b) {
    this.pair = [a, b];
    this.split = 50;
    this.mode = "slider";
    this.open("compare");
    this.paintCompare();
  }

  paintCompare() {
    const dialog = this.find("compare");
    const [a, b] = this.pair;
    dialog.querySelector("[data-compare-a]").src = this.board.pictureOf(a);
    dialog.querySelector("[data-compare-b]").src = this.board.pictureOf(b);
    const stage = dialog.querySelector("[data-compare-stage]");
    stage.dataset.mode = this.mode;
    stage.style.setProperty("--split", `${this.split}%`);
    for (const mode of ["blink", "side"]) { dialog.querySelector(`button[data-compare="${mode}"]`).setAttribute("aria-pressed", this.mode === mode || this.mode === `${mode}-b` ? "true" : "false"); }
    dialog.querySelector("[data-compare-text]").textContent = this.mode === "blink" ? `Picture ${a + 1} of ${a + 1} and ${b + 1}` : this.mode === "blink-b" ? `Picture ${b + 1} of ${a + 1} and ${b + 1}` : `Picture ${a + 1} left, picture ${b + 1} right`;
  }

  compareAct(act) {
    if (act === "swap") { this.pair.reverse(); }
    else if (act === "side") { this.mode = this.mode === "side" ? "slider" : "side"; }
    else { this.mode = { blink: "blink-b", "blink-b": "slider" }[this.mode] ?? "blink"; }
    this.paintCompare();
  }

  compareKey({ act }, event) {
    const letter = { b: "blink", v: "side", x: "swap" }[event.key.toLowerCase()];
    if (letter) { this.compareAct(letter); return true; }
    if (act === "close" || act === "compare") { this.find("compare").close(); return true; }
    if (act === "left" || act === "right") {
      this.split = Math.min(100, Math.max(0, this.split + (act === "left" ? -5 : 5)));
      this.paintCompare();
      return true;
    }
    return false;
  }

  slide(event) {
    const stage = event.target.closest?.("[data-compare-stage]");
    if (!stage || this.mode !== "slider" || (event.pointerType === "touch" && !event.isPrimary)) { return; }
    const box = stage.getBoundingClientRect();
    this.split = Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width));
    stage.style.setProperty("--split", `${this.split}%`);
  }
}
