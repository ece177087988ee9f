// Which key does what. Digits are read by physical key, so that AZERTY needs no Shift.

const DIGITS = ["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8", "Digit9", "Digit0", "Minus", "Equal"];
const LETTERS = { KeyN: "none", KeyE: "alike", KeyS: "skip", KeyU: "undo", KeyZ: "enlarge", KeyC: "compare" };
const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** What is printed on the cap of the key for a position. */
export const capOf = position => "1234567890-="[position] ?? "";

/** The position a key stands for; -1 for none. */
export function positionOf(event) {
  const digit = DIGITS.indexOf(event.code);
  if (digit >= 0) { return digit; }
  const pad = /^Numpad([1-9])$/.exec(event.code ?? "");
  return pad ? Number(pad[1]) - 1 : -1;
}

/** Letters follow what is printed on the key where it is a Latin letter, and its place on the keyboard otherwise. */
function letterOf(event) {
  const printed = /^[a-z]$/i.test(event.key ?? "") ? `Key${event.key.toUpperCase()}` : event.code;
  return LETTERS[printed];
}

/**
 * What a key press asks for, as { act, position? }; null when it is none of the page's business.
 * @param event code, key and modifiers, as in a KeyboardEvent
 * @param where typing: a text field has the focus; onButton: a button other than a tile has it; letters: whether single letters act
 */
export function actionOf(event, where = {}) {
  if (event.ctrlKey || event.metaKey || where.typing) { return null; }
  if (event.altKey) {
    return event.key === "ArrowUp" ? { act: "rise" } : event.key === "ArrowDown" ? { act: "sink" } : null;
  }
  if (event.key === "?") { return { act: "keys" }; }
  const position = positionOf(event);
  if (position >= 0) { return { act: event.shiftKey ? "tie" : "place", position }; }
  if (ARROWS[event.key]) { return { act: ARROWS[event.key], fine: !!event.shiftKey }; }
  switch (event.key) {
    case "Escape": return { act: "close" };
    case "Backspace": return { act: "back" };
    case "Home": return { act: "home" };
    case "End": return { act: "end" };
    case "Enter": return where.onButton ? null : { act: "submit" };
    case " ": return where.onButton ? null : { act: event.shiftKey ? "tie-focused" : "place-focused" };
  }
  if (event.shiftKey || where.letters === false || event.repeat) { return null; }
  const letter = letterOf(event);
  return letter ? { act: letter } : null;
}
