// The order as a list: tiers as rows in the rail, one line of thumbnails on a phone, and the meter of comparisons.
import * as order from "./order.js";
import { ordinal } from "./words.js";

const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) { element.className = className; }
  element.append(...children);
  return element;
};

export class OrderList {
  constructor(board) { this.board = board; }

  get root() { return this.board.root; }

  paint() {
    const { board } = this;
    const key = JSON.stringify([board.round.batchId, board.order.tiers, board.places, board.tiles.map(tile => tile.querySelector("[data-pic]")?.getAttribute("src"))]);
    if (key === this.painted && this.root.querySelector("[data-tiers]")?.childElementCount) { return; }
    const moved = this.positions();
    this.painted = key;
    this.paintTiers();
    this.paintRow();
    this.paintMeter();
    this.slide(moved);
  }

  thumb(position) {
    const source = this.board.pictureOf(position);
    const picture = source ? Object.assign(new Image(), { src: source, alt: `Picture ${position + 1}`, draggable: false }) : make("span", "thumb-number", String(position + 1));
    picture.dataset.thumb = position;
    return picture;
  }

  tierRow(className, label, tied, items) {
    const name = make("b", "", label);
    if (tied) { name.append(make("small", "", "tie")); }
    return make("li", `tier ${className}`, name, make("div", "th", ...items));
  }

  paintTiers() {
    const list = this.root.querySelector("[data-tiers]");
    if (!list) { return; }
    const { tiers } = this.board.order;
    const rows = tiers.map((tier, i) => {
      const items = tier.flatMap((position, j) => j ? [make("span", "eq", "="), this.thumb(position)] : [this.thumb(position)]);
      const row = this.tierRow("", ordinal(i + 1), tier.length > 1, items);
      row.dataset.tier = i;
      return row;
    });
    const rest = order.below(this.board.order, this.board.count);
    if (tiers.length < this.board.places && rest.length) {
      rows.push(this.tierRow("slot", ordinal(tiers.length + 1), false, ["next picture you click"]));
    }
    if (rest.length && tiers.length) {
      const row = this.tierRow("below", "Below", false, rest.map(position => this.thumb(position)));
      row.dataset.below = "";
      rows.push(row);
    }
    list.replaceChildren(...rows);
  }

  paintRow() {
    const row = this.root.querySelector("[data-order-row]");
    if (!row) { return; }
    const { tiers } = this.board.order;
    const parts = tiers.flatMap((tier, i) => [
      ...(i ? [make("span", "", "›")] : []),
      ...tier.flatMap((position, j) => j ? [make("span", "", "="), this.thumb(position)] : [this.thumb(position)]),
    ]);
    if (tiers.length < this.board.places) {
      parts.push(...(tiers.length ? [make("span", "", "›")] : []), make("span", "ph-next", ordinal(tiers.length + 1)));
    }
    row.replaceChildren(...parts);
  }

  paintMeter() {
    const { board } = this;
    const pairs = board.count * (board.count - 1) / 2;
    const decided = order.comparisons(board.order, board.count);
    const text = `${decided} of ${pairs}`;
    const meter = this.root.querySelector("[data-meter]");
    if (meter) {
      meter.setAttribute("aria-label", `${text} comparisons`);
      meter.classList.toggle("plain", pairs > 66);
      const cells = pairs > 66 ? [Object.assign(make("i"), { style: `flex:${decided}` }), Object.assign(make("i", "o"), { style: `flex:${pairs - decided}` })]
        : Array.from({ length: pairs }, (_, i) => make("i", i < decided ? "" : "o"));
      meter.replaceChildren(...cells);
      this.root.querySelector("[data-meter-count]").textContent = text;
      const places = board.order.tiers.length;
      const adds = order.nextAdds(board.order, board.count);
      this.root.querySelector("[data-meter-next]").textContent = places < board.places && adds > 0 ? `${ordinal(places + 1)} place adds ${adds}` : "";
    }
    const count = this.root.querySelector("[data-count-text]");
    if (count) { count.textContent = `${text} comparisons`; }
  }

  positions() {
    return new Map([...this.root.querySelectorAll("[data-tiers] [data-thumb]")].map(thumb => [thumb.dataset.thumb, thumb.getBoundingClientRect()]));
  }

  // Places that close up slide to where they go.
  slide(from) {
    const duration = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--d-3")) || 1;
    for (const thumb of this.root.querySelectorAll("[data-tiers] [data-thumb]")) {
      const old = from.get(thumb.dataset.thumb);
      const now = thumb.getBoundingClientRect();
      if (!old || duration < 10 || (old.x === now.x && old.y === now.y)) { continue; }
      thumb.animate([{ transform: `translate(${old.x - now.x}px, ${old.y - now.y}px)` }, { transform: "none" }], { duration, easing: "cubic-bezier(.3,0,.1,1)" });
    }
  }
}
