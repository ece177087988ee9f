// Starts the circuit and keeps trying for as long as the page is open: a rater's train may go through a long tunnel.
(() => {
  const delay = attempt => attempt < 5 ? 500 : attempt < 20 ? 2000 : 5000;
  // Without its navigation by patching: a link that is followed before the circuit is there would be undone when it comes.
  Blazor.start({ ssr: { disableDomPreservation: true }, circuit: { reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: delay } } });

  const bar = document.getElementById("components-reconnect-modal");
  const button = bar.querySelector("[data-reconnect]");
  let timer = 0;
  let lost = false;
  new MutationObserver(() => {
    const has = name => bar.classList.contains(`components-reconnect-${name}`);
    if (has("rejected")) {
      // The server was started anew and does not know this circuit: the page is read again, drafts are kept.
      location.reload();
      return;
    }
    const now = has("show") || has("failed") || has("retrying");
    if (now === lost) { return; }
    lost = now;
    clearTimeout(timer);
    button.hidden = true;
    if (lost) { timer = setTimeout(() => { button.hidden = false; }, 60000); }
    document.dispatchEvent(new CustomEvent("connectionchange", { detail: !lost }));
  }).observe(bar, { attributes: true, attributeFilter: ["class"] });

  button.addEventListener("click", async () => {
    try { if (!await Blazor.reconnect()) { location.reload(); } } catch { /* still no server: the next attempt is under way */ }
  });
})();
