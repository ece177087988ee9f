// Keys of the list of studies: "/" finds, Enter goes on with the one thing to do next.

const isTyping = target => target instanceof HTMLElement && (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName));

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  if (event.key === "/") {
    const find = document.getElementById("find");
    if (find) {
      event.preventDefault();
      find.focus();
      find.select();
    }
  } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    document.querySelector("[data-enter]")?.click();
  }
}

/** Starts listening. */
export const listen = () => document.addEventListener("keydown", onKey);

/** Stops listening. */
export const quiet = () => document.removeEventListener("keydown", onKey);
