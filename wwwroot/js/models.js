// Sends a model archive over HTTP, which takes gigabytes where the circuit would not.

let sending = null;

const fileOf = id => document.getElementById(id)?.files?.[0];

/** A model name made of the chosen file's name; empty when nothing is chosen. */
export const nameOf = id => modelName(fileOf(id)?.name ?? "");

/** The name that an archive suggests: its own without the ending, in the characters that a model may have. */
export const modelName = file => file.replace(/\.zip$/i, "").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 100);

/** What the server said against an archive, in one sentence. */
export function refusal(status, text) {
  try {
    const problem = JSON.parse(text);
    return Object.values(problem.errors ?? {}).flat()[0] ?? problem.detail ?? problem.title ?? `The server answered ${status}.`;
  } catch {
    return `The server answered ${status}.`;
  }
}

/** Sends the chosen file; gives null when the model is there, else one sentence. */
export function send(id, name, page) {
  const file = fileOf(id);
  if (!file) {
    return "Choose a zip archive first.";
  }
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    let told = 0;
    const end = words => {
      sending = null;
      resolve(words);
    };
    request.upload.onprogress = event => {
      const now = performance.now();
      if (event.lengthComputable && now - told > 200) {
        told = now;
        page.invokeMethodAsync("Sent", event.loaded / event.total);
      }
    };
    request.upload.onload = () => page.invokeMethodAsync("Sent", null);
    request.onload = () => end(request.status === 201 ? null : refusal(request.status, request.responseText));
    request.onerror = () => end("The connection broke. Nothing was added.");
    request.onabort = () => end("Cancelled. Nothing was added.");
    request.open("POST", `api/v1/models?name=${encodeURIComponent(name)}`);
    request.setRequestHeader("Content-Type", "application/zip");
    sending = request;
    request.send(file);
  });
}

/** Stops what is being sent. */
export const stop = () => sending?.abort();
