// Puts the board on the ranking page as soon as the page is in the document: before the first paint where the server
// drew it, and before the circuit is there, so that no click and no key is lost. Blazor then draws the page anew, and
// the board moves over with all that was placed.
import { Board } from "./board.js";

let board = null;
let server = meeting();

/** A promise, with the function that keeps it. */
function meeting() {
  let arrived;
  const promise = new Promise(resolve => { arrived = resolve; });
  return { promise, arrived };
}

function look() {
  const root = document.querySelector("[data-rate]");
  if (root?.dataset.round) {
    board ??= new Board(server.promise);
    board.follow(root);
  } else if (!root && board) {
    board.dispose();
    board = null;
    server = meeting();
  }
}

/** Called by the RatePage component once it can take answers; a later component takes over. */
export function connect(dotnet) {
  server.arrived(dotnet);
  if (board) { board.mail.server = dotnet; }
}

new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-round"] });
look();
