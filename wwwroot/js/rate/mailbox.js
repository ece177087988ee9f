// The way to the server and the copy in this browser: an answer stays here until the server has said that it is stored.
// What is sent before the server is there waits for it.

const read = (store, key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
const write = (store, key, value) => { try { if (value === null) { store.removeItem(key); } else { store.setItem(key, JSON.stringify(value)); } } catch { /* a full or forbidden store: the server's copy remains */ } };

/** A random id, also where the page was not loaded over HTTPS. */
function newId() {
  if (crypto.randomUUID) { return crypto.randomUUID(); }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const hex = [...bytes].map(b => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Mailbox {
  /** `server` is a promise of the component that stores answers. */
  constructor(server, heard) {
    this.server = server;
    this.heard = heard;
    this.drafts = Promise.resolve();
  }

  /** Chooses the session, and sends what waits for it. */
  open(session) {
    this.draftKey = `ranking.draft.${session}`;
    this.outKey = `ranking.out.${session}`;
    this.idKey = `ranking.judgement.${session}`;
    this.flush();
  }

  /** The page was left: what was not sent waits for its next visit. */
  close() {
    clearTimeout(this.draftTimer);
    this.closed = true;
  }

  async call(method, ...values) { return (await this.server).invokeMethodAsync(method, ...values); }

  /** The id of this window's answer to a batch: the same after a reload, another in another window. */
  judgementId(batchId) {
    const stored = read(sessionStorage, this.idKey);
    if (stored?.batchId === batchId) { return stored.id; }
    const id = newId();
    write(sessionStorage, this.idKey, { batchId, id });
    return id;
  }

  localDraft(batchId) {
    const draft = read(localStorage, this.draftKey);
    return draft?.batchId === batchId ? draft.tiers : null;
  }

  forgetDraft() {
    clearTimeout(this.draftTimer);
    this.draft = null;
    write(localStorage, this.draftKey, null);
  }

  /** Here at once, on the server a moment later: one after another, and only the last one is told to be there. */
  saveDraft(batchId, tiers, done) {
    write(localStorage, this.draftKey, { batchId, tiers });
    clearTimeout(this.draftTimer);
    const draft = this.draft = { batchId, tiers };
    this.draftTimer = setTimeout(() => { this.drafts = this.drafts.then(() => this.sendDraft(draft, done)); }, 250);
  }

  async sendDraft(draft, done) {
    await this.server;
    if (draft !== this.draft) { return; }
    const ok = await this.call("SaveDraft", draft.batchId, draft.tiers).then(() => true, () => false);
    if (draft === this.draft) { done(ok); }
  }

  send(answer) {
    clearTimeout(this.draftTimer);
    this.draft = null;
    write(sessionStorage, this.outKey, answer);
    return this.flush();
  }

  /** Sends what is waiting; sending the same answer twice counts once. */
  async flush() {
    const answer = read(sessionStorage, this.outKey);
    if (!answer || this.flushing) { return; }
    this.flushing = true;
    try {
      await this.server;
      if (this.closed) { return; }
      const reply = await this.call("Answer", answer);
      if (reply.status === "accepted" || reply.status === "stale") { this.forgetDraft(); write(sessionStorage, this.idKey, null); }
      write(sessionStorage, this.outKey, null);
      this.heard(reply);
    } catch {
      this.heard({ status: "waiting", text: "" });
    } finally {
      this.flushing = false;
    }
  }

  async undo() {
    try { write(sessionStorage, this.idKey, null); return await this.call("Undo"); }
    catch { return { status: "error", text: "No connection. Nothing was undone." }; }
  }
}
