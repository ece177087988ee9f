import assert from "node:assert/strict";
import test from "node:test";
import { modelName, refusal } from "../../wwwroot/js/models.js";

test("an archive suggests its own name in the characters a model may have", () => {
  assert.equal(modelName("My model (v2).zip"), "My-model-v2-");
  assert.equal(modelName("../../etc/passwd.ZIP"), "etc-passwd");
  assert.equal(modelName("sd-1.5.zip"), "sd-1.5");
  assert.equal(modelName(""), "");
});

test("a refusal is the server's own sentence, the member's before the general one", () => {
  assert.equal(refusal(422, JSON.stringify({ detail: "general", errors: { model: ["There is a model demo already."] } })), "There is a model demo already.");
  assert.equal(refusal(413, JSON.stringify({ detail: "An archive may have 5 bytes at most." })), "An archive may have 5 bytes at most.");
  assert.equal(refusal(502, "<html>"), "The server answered 502.");
});
