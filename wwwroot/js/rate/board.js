// The ranking page in the browser: acts within a frame, tells the server afterwards. Blazor draws the tiles and the
// frame around them; this module owns places, badges, the order list, the meter, keys, drag and the way to the server.
// page.js puts the board on the page and moves it when Blazor draws the page anew.
import * as order from "./order.js";
import { actionOf, capOf } from "./keys.js";
import { plural, spoken, tileName, tileNote, ordinal } from "./words.js";
import { Mailbox } from "./mailbox.js";
import { OrderList } from "./orderlist.js";
import { Dialogs } from "./dialogs.js";
import { Line } from "./line.js";
import { startDrag } from "./drag.js";

const columnsOf = tiles => getComputedStyle(tiles).gridTemplateColumns.split(" ").length;

export class Board {
  /** A board without a page; `server` is a promise of the RatePage component. */
  constructor(server) {
    this.order = order.empty();
    this.places = Infinity;
    this.round = { phase: "none", open: false, blocked: true };
    this.mail = new Mailbox(server, reply => this.hear(reply));
    this.list = new OrderList(this);
    this.dialogs = new Dialogs(this);
    this.line = new Line(this);
    this.tieNext = false;
    this.listening = new AbortController();
    const on = (type, handler, capture = false) => document.addEventListener(type, handler, { signal: this.listening.signal, capture });
    const inside = handler => event => { if (this.root.contains(event.target)) { handler(event); } };
    on("keydown", event => this.key(event));
    on("keyup", event => this.line.keyUp(event));
    on("click", inside(event => this.click(event)));
    on("change", inside(event => this.dialogs.changed(event)));
    on("focusin", inside(() => this.paint()));
    on("focusout", inside(() => this.paint()));
    on("error", inside(event => this.pictureFailed(event.target)), true);
    on("pointerdown", inside(event => { this.pressed(event); this.line.pressed(event); startDrag(event, this); }));
    on("pointerup", inside(event => this.released(event)));
    on("pointermove", inside(event => this.dialogs.slide(event)));
    on("pointerover", inside(event => { this.hovered = event.target.closest("[data-tile]") ?? this.hovered; }));
    on("connectionchange", event => this.connection(event.detail));
    on("visibilitychange", () => { if (document.hidden) { this.clock.stop(); } else { this.clock.go(); } });
    this.clock = clock();
  }

  dispose() { this.listening.abort(); this.mail.close(); }

  /** Follows the page: its root, and the round that the root carries as JSON. */
  follow(root) {
    const moved = root !== this.root;
    if (!moved && root.dataset.round === this.text) { return; }
    this.root = root;
    this.text = root.dataset.round;
    this.show(JSON.parse(this.text), moved);
  }

  // A round was drawn, or new pictures of it, or the same again on another root.
  show(round, moved) {
    const fresh = round.batchId !== this.round.batchId || (round.restored && !this.round.restored);
    const opened = !this.round.open && round.open;
    const before = this.round;
    this.round = round;
    this.tiles = [...this.root.querySelectorAll("[data-tile]")];
    this.count = this.tiles.length;
    if (before.session !== round.session) { this.mail.open(round.session); }
    if (fresh) {
      this.judgementId = this.mail.judgementId(round.batchId);
      this.clock = clock();
      this.mark = null;
      this.busy(false);
      this.chooseWay(this.way ?? "top", false);
      const stored = round.restored ?? this.mail.localDraft(round.batchId) ?? round.draft;
      this.order = order.read(this.toPositions(stored), this.count) ?? order.empty();
      if (this.order.tiers.length > this.places) { this.chooseWay("full", false); }
      if (!round.restored && this.order.tiers.length) { this.tell("Your draft is back."); }
      if (before.batchId && !round.restored && round.open) { this.say(this.readyText()); }
      if (before.batchId) { this.root.querySelector("[data-question]")?.focus({ preventScroll: true }); }
      if (before.batchId) { this.arrive(); }
      if (this.order.tiers.length) { this.saveDraft(); }
    } else {
      if (moved) { this.chooseWay(this.shownWay, false); this.busy(!!this.sending); this.saved(this.savedText ?? "Saved"); }
      if (opened) { this.clock = clock(); this.say(this.readyText()); }
    }
    if (round.phase === "line") { this.line.show(fresh); }
    if (round.stale) { this.dialogs.open("stale"); this.alert("This round was answered in another window."); } else { this.dialogs.closeIf("stale"); }
    this.paint();
  }

  arrive() {
    for (const tile of this.tiles) { tile.classList.add("arriving"); tile.addEventListener("animationend", () => tile.classList.remove("arriving"), { once: true }); }
  }

  readyText() { return this.round.phase === "line" ? `Round ${this.round.round}. A line of pictures.` : `Round ${this.round.round}. ${plural(this.count, "new picture", "new pictures")}.`; }

  // ── the order ────────────────────────────────────────────────────────────
  change(next, position) {
    if (next === this.order) { return false; }
    const before = this.order;
    this.order = next;
    if (position !== undefined) { this.say(spoken(before, next, position, this.count)); }
    this.saveDraft();
    this.paint();
    return true;
  }

  place(position) {
    if (!this.canPlace(position)) { return; }
    if (this.tieNext) { this.tieNext = false; this.tie(position); return; }
    if (!this.change(order.place(this.order, position, this.places), position)) {
      this.tell(`${this.places === 1 ? "The place is" : `All ${this.places} places are`} given. Take a picture out, or choose Full order.`);
    }
  }

  tie(position) { if (this.canPlace(position)) { this.change(order.tie(this.order, position), position); } }

  canPlace(position) {
    if (this.round.blocked || this.round.phase === "line") { return false; }
    const tile = this.tiles[position];
    return tile?.dataset.ready === "true" && !tile.dataset.failed;
  }

  clear() { if (this.order.tiers.length) { this.change(order.empty()); this.say("The order is empty."); } }

  chooseWay(way, byHand) {
    const chosen = this.root.querySelector(`[data-way="${way}"]`) ?? this.root.querySelector("[data-way]");
    for (const button of this.root.querySelectorAll("[data-way]")) {
      button.setAttribute("aria-checked", button === chosen ? "true" : "false");
      button.tabIndex = button === chosen ? 0 : -1;
    }
    this.shownWay = way;
    this.places = chosen ? Number(chosen.dataset.places) : this.count;
    if (byHand) { this.way = way; chosen.focus(); this.change(order.limit(this.order, this.places)); this.paint(); }
  }

  toPositions(tiers) {
    const at = new Map(this.tiles.map((tile, position) => [Number(tile.dataset.candidate), position]));
    return tiers?.map(tier => tier.map(candidate => at.get(candidate)));
  }

  toCandidates(tiers) { return tiers.map(tier => tier.map(position => Number(this.tiles[position].dataset.candidate))); }

  saveDraft() {
    this.saved("Saving");
    this.mail.saveDraft(this.round.batchId, this.toCandidates(this.order.tiers), ok => this.saved(ok ? "Saved" : "Kept in this window"));
  }

  // ── answers ──────────────────────────────────────────────────────────────
  submit() {
    if (this.round.phase === "line") { this.line.choose(); return; }
    if (!this.round.open) { return; }
    if (!this.order.tiers.length) { this.tell("Place at least one picture, or choose None is better."); return; }
    this.send({ kind: "order", tiers: this.toCandidates(this.order.tiers) });
  }

  send(answer) {
    if (!this.round.open || this.sending) { return; }
    this.busy(true);
    this.mail.send({ batchId: this.round.batchId, judgementId: this.judgementId, tiers: null, reason: null, durationMs: this.clock.elapsed(), ...answer });
  }

  hear(reply) {
    this.busy(false);
    if (reply.status === "accepted") { this.saved("Saved"); this.say(reply.text); return; }
    if (reply.status === "waiting") { this.tell("No connection. Your answer is kept and sent when it is back."); return; }
    if (reply.status === "stale") { this.say("This round was answered in another window."); return; }
    this.alert(reply.text);
    this.tell(reply.text);
  }

  async undo(sure) {
    if (!this.round.canUndo || this.sending) { return; }
    if (!sure && this.order.tiers.length && this.round.phase !== "line") {
      const placed = this.order.history.length;
      this.dialogs.open("undo", { "[data-undo-count]": placed === 1 ? "The one place" : `The ${placed} places` });
      return;
    }
    this.busy(true);
    this.mail.forgetDraft();
    this.hear(await this.mail.undo());
  }

  busy(on) {
    this.sending = on;
    clearTimeout(this.busyTimer);
    if (on) { this.busyTimer = setTimeout(() => { this.root.classList.add("sending"); this.submitText("Saving"); }, 150); }
    else { this.root.classList.remove("sending"); this.submitText(null); }
    this.paint();
  }

  submitText(text) {
    for (const span of this.root.querySelectorAll("[data-submit-text]")) {
      span.dataset.words ??= span.textContent;
      span.textContent = text ?? span.dataset.words;
    }
  }

  // ── keys, clicks ─────────────────────────────────────────────────────────
  key(event) {
    const target = event.target;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
    const onButton = !!target.closest?.("button, a, summary") && !target.closest("[data-frame]");
    const action = actionOf(event, { typing, onButton, letters: localStorage.getItem("ranking.letters") !== "off" });
    if (!action) { return; }
    if (this.dialogs.key(action, event)) { event.preventDefault(); return; }
    if (this.dialogs.isOpen) { return; }
    if (this.round.phase === "line" && this.line.key(action)) { event.preventDefault(); return; }
    if (this.act(action)) { event.preventDefault(); }
  }

  act({ act, position }) {
    const focused = this.focusedPosition();
    switch (act) {
      case "place": if (position >= this.count) { return false; } this.place(position); return true;
      case "tie": if (position >= this.count) { return false; } this.tie(position); return true;
      case "place-focused": if (focused < 0) { return false; } this.place(focused); return true;
      case "tie-focused": if (focused < 0) { return false; } this.tie(focused); return true;
      case "rise": case "sink": if (focused < 0) { return false; } this.change(order.move(this.order, focused, act === "rise" ? -1 : 1), focused); return true;
      case "left": case "right": case "up": case "down": return this.moveFocus(act, focused);
      case "home": case "end": if (focused < 0) { return false; } this.focusTile(act === "home" ? 0 : this.count - 1); return true;
      case "back": { const last = this.order.history.at(-1); if (last !== undefined) { this.change(order.takeBack(this.order), last); } return true; }
      case "submit": this.submit(); return true;
      case "none": this.send(this.round.phase === "line" ? this.line.stay() : { kind: "noneBetter" }); return true;
      case "alike": this.send({ kind: "allAlike" }); return true;
      case "broken": this.send({ kind: "broken" }); return true;
      case "skip": if (this.round.open) { this.dialogs.open("skip"); } return true;
      case "undo": this.undo(); return true;
      case "clear": this.clear(); return true;
      case "enlarge": this.dialogs.zoom(position ?? this.pointedPosition()); return true;
      case "compare": this.dialogs.compare(position ?? this.pointedPosition()); return true;
      case "tie-next": this.tieNext = !this.tieNext; this.paint(); return true;
      case "compare-placed": this.dialogs.compareTwo(); return true;
      case "keys": case "more": case "best": this.dialogs.open(act); return true;
      case "reload": this.reload(position); return true;
      default: return false;
    }
  }

  click(event) {
    const target = event.target;
    if (this.dialogs.click(target)) { return; }
    const button = target.closest("[data-act]");
    const tile = target.closest("[data-tile]");
    const position = tile ? Number(tile.dataset.tile) : undefined;
    if (button) {
      if (button.dataset.act === "tie") { this.tie(position); } else { this.act({ act: button.dataset.act, position }); }
      return;
    }
    const way = target.closest("[data-way]");
    if (way) { this.chooseWay(way.dataset.way, true); return; }
    if (target.closest("[data-frame]")) { this.picked(position, event); }
  }

  // The second click of a double click is no second wish.
  picked(position, { timeStamp, shiftKey }) {
    if (this.suppressClick || (this.lastClick?.position === position && timeStamp - this.lastClick.at < 250)) { return; }
    this.lastClick = { position, at: timeStamp };
    if (shiftKey) { this.tie(position); } else { this.place(position); }
  }

  // A press that ends after Blazor has drawn the page anew makes no click: what was pressed is gone.
  released(event) {
    const { frame, position } = this.press ?? {};
    this.press = null;
    if (!frame || frame.isConnected) { return; }
    if (Number(event.target.closest("[data-frame]")?.closest("[data-tile]").dataset.tile) === position) { this.picked(position, event); }
  }

  // Holding a picture on a touch screen enlarges it until the finger is lifted.
  pressed(event) {
    const frame = event.button === 0 ? event.target.closest("[data-frame]") : null;
    const position = Number(frame?.closest("[data-tile]").dataset.tile);
    this.press = { frame, position };
    if (!frame || event.pointerType !== "touch") { return; }
    this.suppressClick = false;
    const hold = setTimeout(() => { this.suppressClick = true; this.dialogs.zoom(position); }, 350);
    const end = () => {
      clearTimeout(hold);
      if (this.suppressClick) { this.dialogs.closeIf("zoom"); setTimeout(() => { this.suppressClick = false; }, 50); }
    };
    const stop = new AbortController();
    for (const type of ["pointerup", "pointercancel"]) { addEventListener(type, () => { end(); stop.abort(); }, { signal: stop.signal }); }
  }

  focusedPosition() { return Number(document.activeElement?.closest?.("[data-tile]")?.dataset.tile ?? -1); }

  pointedPosition() {
    const focused = this.focusedPosition();
    return focused >= 0 ? focused : Number(this.root.querySelector("[data-tile]:hover")?.dataset.tile ?? this.hovered?.dataset.tile ?? 0);
  }

  moveFocus(act, from) {
    if (from < 0) { this.focusTile(0); return true; }
    const columns = columnsOf(this.root.querySelector("[data-tiles]"));
    const to = from + { left: -1, right: 1, up: -columns, down: columns }[act];
    if (to >= 0 && to < this.count) { this.focusTile(to); }
    return true;
  }

  focusTile(position) { this.tiles[position]?.querySelector("[data-frame]").focus(); }

  // ── pictures ─────────────────────────────────────────────────────────────
  pictureFailed(image) {
    const tile = image.matches?.("img[data-pic]") && image.closest("[data-tile]");
    if (!tile) { return; }
    tile.dataset.failed = "true";
    tile.querySelector("[data-broken]").hidden = false;
    const position = Number(tile.dataset.tile);
    if (order.isPlaced(this.order, position)) { this.change(order.takeOut(this.order, position), position); }
  }

  reload(position) {
    const tile = this.tiles[position];
    delete tile.dataset.failed;
    tile.querySelector("[data-broken]").hidden = true;
    const image = tile.querySelector("img[data-pic]");
    image.src = `${image.src.split("?")[0]}?again=${Date.now()}`;
    this.paint();
  }

  pictureOf(position) { return this.tiles[position]?.querySelector("img[data-pic]")?.src ?? null; }

  // ── painting ─────────────────────────────────────────────────────────────
  paint() {
    if (!this.tiles) { return; }
    const focused = this.focusedPosition();
    const roving = focused >= 0 ? focused : this.tiles.findIndex(tile => tile.querySelector("[data-frame]").tabIndex === 0);
    this.tiles.forEach((tile, position) => {
      const tier = order.tierOf(this.order, position);
      const tied = tier >= 0 && this.order.tiers[tier].length > 1;
      tile.dataset.placed = tier >= 0 ? "true" : "false";
      tile.dataset.marked = this.mark === position ? "true" : "false";
      const frame = tile.querySelector("[data-frame]");
      frame.setAttribute("aria-pressed", tier >= 0 ? "true" : "false");
      frame.setAttribute("aria-label", tileName(this.order, position, capOf(position)));
      frame.tabIndex = position === Math.max(0, roving) ? 0 : -1;
      const badge = tile.querySelector("[data-badge]");
      badge.hidden = tier < 0;
      const text = tier < 0 ? "" : ordinal(tier + 1);
      if (badge.dataset.text !== text + tied) {
        badge.dataset.text = text + tied;
        badge.replaceChildren(text, ...(tied ? [Object.assign(document.createElement("small"), { textContent: "tie" })] : []));
      }
      const note = tileNote(this.order, position, position === focused, this.places);
      tile.querySelector("[data-place]").textContent = note.strong;
      tile.querySelector("[data-place-rest]").textContent = note.text;
    });
    this.list.paint();
    const ready = this.round.phase === "line" ? this.line.canChoose() : this.round.open && this.order.tiers.length > 0;
    this.enable("submit", ready && !this.sending);
    this.enable("clear", this.order.tiers.length > 0);
    for (const act of ["none", "alike", "skip"]) { this.enable(act, this.round.open && !this.sending); }
    for (const button of this.root.querySelectorAll("[data-act=tie-next]")) { button.setAttribute("aria-pressed", this.tieNext ? "true" : "false"); }
  }

  enable(act, on) { for (const button of this.root.querySelectorAll(`[data-act=${act}]`)) { button.disabled = !on; } }

  // ── telling people ───────────────────────────────────────────────────────
  say(text) { this.put("[data-live]", text); }

  alert(text) { this.put("[data-alert]", text); }

  put(selector, text) { const live = this.root.querySelector(selector); if (live && text) { live.textContent = text; } }

  // A line under the question for five seconds; also read aloud.
  tell(text) {
    this.say(text);
    const line = this.root.querySelector("[data-note-line]");
    let note = this.root.querySelector(".note-toast");
    if (!note) { note = document.createElement("p"); note.className = "note-toast"; note.setAttribute("aria-hidden", "true"); (line ?? this.root).parentElement.append(note); }
    note.textContent = text;
    clearTimeout(this.noteTimer);
    this.noteTimer = setTimeout(() => note.remove(), 5000);
  }

  saved(text) { this.savedText = text; const span = this.root.querySelector("[data-saved-text]"); if (span) { span.textContent = text; } }

  connection(on) {
    this.alert(on ? "Connected again. Nothing was lost." : "No connection. Your answers are kept.");
    if (on) { this.mail.flush(); }
  }
}

// Active time only: the clock stands still while the page is hidden.
function clock() {
  let sum = 0;
  let since = performance.now();
  return {
    stop() { if (since !== null) { sum += performance.now() - since; since = null; } },
    go() { since ??= performance.now(); },
    elapsed() { return Math.round(sum + (since === null ? 0 : performance.now() - since)); },
  };
}
