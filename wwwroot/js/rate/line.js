// A line round: a slider with one stop per picture. The thumb moves freely and settles on the nearest picture.

export class Line {
  constructor(board) {
    this.board = board;
    this.at = 0;
  }

  get root() { return this.board.root; }

  get frames() { return [...this.root.querySelectorAll("[data-fr]")]; }

  get track() { return this.root.querySelector("[data-track]"); }

  /** The number of the chosen picture, from 0. */
  get chosen() { return Math.round(this.at); }

  show(fresh) {
    if (fresh) { this.at = Math.floor((this.frames.length - 1) / 2); this.peeking = false; }
    this.paint();
  }

  isReady(frame) { return frame?.dataset.ready === "true"; }

  canChoose() {
    const ready = this.frames.filter(frame => this.isReady(frame)).length;
    return this.board.round.open && ready >= Math.min(3, this.frames.length) && this.isReady(this.frames[this.chosen]);
  }

  // The nearest picture that is made stands in for one that is not yet.
  source(index) {
    const { frames } = this;
    for (let distance = 0; distance < frames.length; distance++) {
      for (const i of [index - distance, index + distance]) {
        const image = frames[i]?.querySelector("img");
        if (image) { return image.src; }
      }
    }
    return "";
  }

  picture() { return this.source(this.chosen); }

  move(to, settle = true) {
    const last = this.frames.length - 1;
    this.at = Math.min(last, Math.max(0, settle ? Math.round(to) : to));
    this.paint();
    if (settle) { this.board.say(`Picture ${this.chosen + 1} of ${last + 1}, ${this.frames[this.chosen].dataset.label}.`); }
  }

  choose() {
    if (!this.canChoose()) { return; }
    this.board.send({ kind: "order", tiers: [[Number(this.frames[this.chosen].dataset.candidate)]] });
  }

  /** The answer for "Stay where I am". */
  stay() {
    const start = this.frames.find(frame => frame.dataset.incumbent);
    return start ? { kind: "order", tiers: [[Number(start.dataset.candidate)]] } : { kind: "noneBetter" };
  }

  key({ act, fine }) {
    switch (act) {
      case "left": case "right": {
        const by = (act === "left" ? -1 : 1) * (fine ? 0.1 : 1);
        this.move(fine ? Math.round(10 * (this.at + by)) / 10 : this.at + by, !fine);
        return true;
      }
      case "home": this.move(0); return true;
      case "end": this.move(this.frames.length - 1); return true;
      case "place-focused": this.peek(true); return true;
      case "place": case "tie": return true;
      case "enlarge": this.board.dialogs.zoom(0); return true;
      default: return false;
    }
  }

  keyUp(event) { if (event.key === " " && this.peeking) { this.peek(false); } }

  // Shows where one is now in place of the choice, for a blink comparison.
  peek(on) {
    if (this.peeking === on || !this.frames.some(frame => frame.dataset.incumbent)) { return; }
    this.peeking = on;
    this.paint();
  }

  pressed(event) {
    const frame = event.target.closest?.("[data-fr]");
    if (frame) { this.move(Number(frame.dataset.fr)); return; }
    if (event.target.closest?.("[data-mid]")) { this.hold(() => this.peek(true), () => this.peek(false)); return; }
    const track = event.target.closest?.("[data-track]");
    if (!track) { return; }
    event.preventDefault();
    track.focus();
    const stop = new AbortController();
    const follow = e => {
      const box = track.getBoundingClientRect();
      const inset = box.width / this.frames.length / 2;
      this.move((e.clientX - box.left - inset) / (box.width - 2 * inset) * (this.frames.length - 1), false);
    };
    follow(event);
    addEventListener("pointermove", follow, { signal: stop.signal });
    for (const type of ["pointerup", "pointercancel"]) { addEventListener(type, () => { stop.abort(); this.move(this.at); }, { signal: stop.signal }); }
  }

  hold(start, end) {
    start();
    const stop = new AbortController();
    for (const type of ["pointerup", "pointercancel"]) { addEventListener(type, () => { stop.abort(); end(); }, { signal: stop.signal }); }
  }

  paint() {
    const { frames, track, chosen } = this;
    if (!frames.length || !track) { return; }
    const put = (selector, set) => { const element = this.root.querySelector(selector); if (element) { set(element); } };
    const start = frames.findIndex(frame => frame.dataset.incumbent);
    frames.forEach((frame, i) => { frame.dataset.on = i === chosen ? "true" : "false"; frame.setAttribute("aria-pressed", i === chosen ? "true" : "false"); });
    track.style.setProperty("--at", this.at);
    track.setAttribute("aria-valuenow", chosen + 1);
    track.setAttribute("aria-valuetext", `Picture ${chosen + 1} of ${frames.length}, ${frames[chosen].dataset.label}`);
    const shown = this.peeking ? start : chosen;
    put("[data-mid]", image => { image.src = this.source(shown); image.alt = this.peeking ? "Where you are now" : `Picture ${chosen + 1} of ${frames.length}, your choice`; image.dataset.peek = this.peeking; });
    put("[data-mid-state]", state => { state.hidden = this.isReady(frames[shown]); });
    for (const [name, index] of [["prev", chosen - 1], ["next", chosen + 1]]) {
      put(`[data-${name}]`, image => { image.hidden = !frames[index]; if (frames[index]) { image.src = this.source(index); image.alt = `Picture ${index + 1} of ${frames.length}`; } });
      put(`[data-${name}-text]`, text => { text.hidden = !frames[index]; });
    }
    put("[data-step]", text => { text.textContent = frames[chosen].dataset.label; });
    put("[data-choice]", image => { image.src = this.source(chosen); });
    put("[data-choice-text]", text => { text.textContent = `Picture ${chosen + 1} of ${frames.length}`; });
    for (const button of this.root.querySelectorAll("[data-act=submit]")) { button.disabled = !this.canChoose() || !!this.board.sending; }
  }
}
