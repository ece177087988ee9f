import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { Mailbox } from "../../wwwroot/js/rate/mailbox.js";

const store = () => {
  const items = new Map();
  return { getItem: key => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: key => items.delete(key) };
};

beforeEach(() => { globalThis.sessionStorage = store(); globalThis.localStorage = store(); });

const counting = () => {
  const calls = [];
  return { calls, invokeMethodAsync: async (method, ...values) => { calls.push([method, ...values]); return { status: "accepted", text: "" }; } };
};

const settled = () => new Promise(resolve => { setImmediate(resolve); });

test("an answer from before the server is there waits for it and goes once", async () => {
  const server = counting();
  let arrived;
  const heard = [];
  const mail = new Mailbox(new Promise(resolve => { arrived = resolve; }), reply => heard.push(reply.status));
  mail.open("s");
  mail.send({ batchId: "b", kind: "skip" });
  await settled();
  assert.deepEqual([server.calls, heard], [[], []]);
  arrived(server);
  await settled();
  assert.deepEqual(server.calls, [["Answer", { batchId: "b", kind: "skip" }]]);
  assert.deepEqual(heard, ["accepted"]);
  await mail.flush();
  assert.equal(server.calls.length, 1);
});

test("an answer that did not arrive is sent by the next window of the session, and by no other", async () => {
  const broken = new Mailbox(Promise.resolve({ invokeMethodAsync: () => Promise.reject(new Error("no circuit")) }), () => {});
  broken.open("s");
  await broken.send({ batchId: "b", kind: "order", tiers: [[1]] });
  const server = counting();
  const mail = new Mailbox(Promise.resolve(server), () => {});
  mail.open("other");
  await settled();
  assert.equal(server.calls.length, 0);
  mail.open("s");
  await settled();
  assert.deepEqual(server.calls, [["Answer", { batchId: "b", kind: "order", tiers: [[1]] }]]);
});

test("a page that was left sends nothing any more", async () => {
  const server = counting();
  let arrived;
  const mail = new Mailbox(new Promise(resolve => { arrived = resolve; }), () => {});
  mail.open("s");
  mail.send({ batchId: "b", kind: "skip" });
  mail.close();
  arrived(server);
  await settled();
  assert.equal(server.calls.length, 0);
});

test("the id of an answer stays with its batch until the answer is stored", async () => {
  const mail = new Mailbox(Promise.resolve(counting()), () => {});
  mail.open("s");
  const id = mail.judgementId("b");
  assert.equal(mail.judgementId("b"), id);
  await mail.send({ batchId: "b", judgementId: id, kind: "skip" });
  assert.notEqual(mail.judgementId("b"), id);
});

test("orders are kept one after another, and only the last one counts as saved", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const replies = [];
  const calls = [];
  const mail = new Mailbox(Promise.resolve({ invokeMethodAsync: (_, __, tiers) => { calls.push(tiers); return new Promise(resolve => replies.push(resolve)); } }), () => {});
  mail.open("s");
  const saved = [];
  const save = async tiers => { mail.saveDraft("b", tiers, ok => saved.push([tiers, ok])); t.mock.timers.tick(250); await settled(); };
  await save([[3]]);
  await save([[3], [5]]);
  await save([[3], [5], [1]]);
  assert.deepEqual(calls, [[[3]]]);
  replies.shift()(true);
  await settled();
  assert.deepEqual([calls.at(-1), saved], [[[3], [5], [1]], []]);
  replies.shift()(true);
  await settled();
  assert.deepEqual([calls.length, saved], [2, [[[[3], [5], [1]], true]]]);
});

test("an order that was answered is not kept as a draft afterwards", async t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = counting();
  let arrived;
  const mail = new Mailbox(new Promise(resolve => { arrived = resolve; }), () => {});
  mail.open("s");
  for (const tiers of [[[1]], [[2]]]) { mail.saveDraft("b", tiers, () => {}); t.mock.timers.tick(250); await settled(); }
  mail.forgetDraft();
  arrived(server);
  await settled();
  assert.deepEqual(server.calls, []);
  assert.equal(mail.localDraft("b"), null);
});
