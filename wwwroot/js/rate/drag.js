// Dragging a tile or a thumbnail: onto a thumbnail = tie with it, between two tiers = a new tier there, onto Below =
// take out. Everything it does, clicks and keys do too. On touch it starts only from thumbnails, so that the page scrolls.
import * as order from "./order.js";
import { ordinal } from "./words.js";

const THRESHOLD = 6;

/** Follows a pressed pointer; a click without movement stays a click. */
export function startDrag(event, board) {
  const thumb = event.target.closest?.("[data-thumb]");
  const frame = event.pointerType === "touch" ? null : event.target.closest?.("[data-frame]");
  if (event.button !== 0 || board.round.phase === "line" || !(thumb || frame)) { return; }
  const position = Number(thumb ? thumb.dataset.thumb : frame.closest("[data-tile]").dataset.tile);
  if (!board.canPlace(position)) { return; }
  const start = { x: event.clientX, y: event.clientY };
  const stop = new AbortController();
  let drag = null;
  const listen = (type, handler) => addEventListener(type, handler, { signal: stop.signal, passive: false });
  const finish = drop => {
    stop.abort();
    if (!drag) { return; }
    drag.end();
    board.suppressClick = true;
    setTimeout(() => { board.suppressClick = false; }, 0);
    if (drop && drag.target) { board.change(drag.target.apply(board.order, position), position); }
  };
  listen("pointermove", e => {
    // Released where no event tells: outside the window, or over what was removed.
    if (e.buttons === 0) { finish(false); return; }
    if (!drag && Math.hypot(e.clientX - start.x, e.clientY - start.y) < THRESHOLD) { return; }
    drag ??= new Drag(board, position);
    drag.move(e.clientX, e.clientY);
    e.preventDefault();
  });
  listen("pointerup", () => finish(true));
  listen("pointercancel", () => finish(false));
  listen("keydown", e => { if (e.key === "Escape") { finish(false); e.stopImmediatePropagation(); } });
  if (thumb) { event.preventDefault(); }
}

class Drag {
  constructor(board, position) {
    this.board = board;
    this.position = position;
    this.target = null;
    this.ghost = document.createElement("div");
    this.ghost.className = "drag-ghost";
    const source = board.pictureOf(position);
    this.ghost.append(source ? Object.assign(new Image(), { src: source, alt: "" }) : String(position + 1), this.label = document.createElement("span"));
    this.line = Object.assign(document.createElement("div"), { className: "drop-line", hidden: true });
    document.body.append(this.ghost, this.line);
    document.body.classList.add("dragging");
  }

  move(x, y) {
    this.ghost.style.transform = `translate(${x + 12}px, ${y + 12}px)`;
    document.querySelector(".drop-ring")?.classList.remove("drop-ring");
    this.line.hidden = true;
    this.target = this.find(x, y);
    this.label.textContent = this.target?.label ?? "";
    this.label.hidden = !this.target;
  }

  // Which change a drop at this point would make.
  find(x, y) {
    const under = document.elementFromPoint(x, y);
    const row = under?.closest?.("[data-order-row]");
    const rail = under?.closest?.("[data-tiers]");
    if (!rail && !row) { return null; }
    if (under.closest("[data-below]")) {
      under.closest("[data-below]").classList.add("drop-ring");
      return { label: "below all", apply: (o, p) => order.takeOut(o, p) };
    }
    const thumb = under.closest("[data-thumb]");
    const tier = thumb && order.tierOf(this.board.order, Number(thumb.dataset.thumb));
    if (thumb && tier >= 0 && Number(thumb.dataset.thumb) !== this.position) {
      thumb.classList.add("drop-ring");
      return { label: `tie with ${ordinal(tier + 1)}`, apply: (o, p) => order.tieWith(o, p, order.tierOf(o, Number(thumb.dataset.thumb))) };
    }
    return row ? this.gapInRow(row, x) : this.gapInRail(rail, y);
  }

  gapInRail(rail, y) {
    const rows = [...rail.querySelectorAll("[data-tier]")];
    const boxes = rows.map(r => r.getBoundingClientRect());
    const gap = boxes.filter(box => y > box.top + box.height / 2).length;
    const edge = rail.getBoundingClientRect();
    this.draw(edge.left, (gap < boxes.length ? boxes[gap].top : boxes.at(-1)?.bottom ?? edge.top) + (gap < boxes.length ? -4 : 2), edge.width, 2);
    return this.insert(gap);
  }

  gapInRow(row, x) {
    const { tiers } = this.board.order;
    const box = p => row.querySelector(`[data-thumb="${p}"]`).getBoundingClientRect();
    const gap = tiers.filter(tier => x > (box(tier[0]).left + box(tier.at(-1)).right) / 2).length;
    const edge = row.getBoundingClientRect();
    this.draw(gap < tiers.length ? box(tiers[gap][0]).left - 8 : tiers.length ? box(tiers.at(-1).at(-1)).right + 6 : edge.left, edge.top, 2, edge.height);
    return this.insert(gap);
  }

  insert(gap) {
    const isNew = !order.isPlaced(this.board.order, this.position);
    const full = isNew && this.board.order.tiers.length >= this.board.places;
    if (full) { this.line.hidden = true; return null; }
    return { label: `place ${ordinal(gap + 1)}`, apply: (o, p) => order.insertAt(o, p, gap) };
  }

  draw(left, top, width, height) {
    this.line.hidden = false;
    Object.assign(this.line.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }

  end() {
    document.querySelector(".drop-ring")?.classList.remove("drop-ring");
    document.body.classList.remove("dragging");
    this.ghost.remove();
    this.line.remove();
  }
}
