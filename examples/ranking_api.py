"""The few calls that a scripted oracle needs, with the standard library alone."""

import argparse
import http.client
import json
import os
import time
import urllib.parse
import uuid


class Server:
    """A server and a key. Requests that get no answer are sent again; a judgement is never counted twice."""

    def __init__(self, url, key, patience=60):
        self.url = urllib.parse.urlsplit(url)
        self.key = key
        self.patience = patience
        self.connection = None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body):
        """Sends a body under a new idempotency key, so that sending it again is harmless."""
        return self.call("POST", path, json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())})

    def picture(self, address):
        return self.send("GET", address, None, {})

    def call(self, method, path, body=None, headers=None):
        answer = self.send(method, f"/api/v1/{path}", body, headers or {})
        return json.loads(answer) if answer else None

    def send(self, method, path, body, headers):
        headers = {**headers, "Authorization": f"Bearer {self.key}"}
        deadline = time.monotonic() + self.patience
        while True:
            try:
                self.connection = self.connection or self.connect()
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                answer = response.read()
                if response.status in (429, 503) and time.monotonic() < deadline:
                    time.sleep(float(response.getheader("Retry-After", "1")))
                    continue
            except (OSError, http.client.HTTPException):
                # The server is gone or starting: the same request again, until it is back.
                self.connection = None
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
                continue
            if response.status >= 400:
                raise SystemExit(f"{method} {path}: {response.status} {answer.decode()}")
            return answer

    def connect(self):
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.hostname, self.url.port, timeout=self.patience + 60)


def start(server, study, seed):
    """Makes a study and a session of it; returns the session's id."""
    study = server.post("studies", study)
    return server.post(f"studies/{study['id']}/sessions", {"seed": seed})["id"]


def judge(server, session, loss, rater, pictures=True):
    """Ranks the open batch by a loss over its candidates, lower is better. Returns whether there was one.

    A judge that only reads points need not wait for their pictures.
    """
    batch = server.get(f"sessions/{session}/batch?wait={60 if pictures else 0}")
    if batch is None:
        return False
    if pictures and batch["status"] == "failed":
        raise SystemExit(f"The pictures could not be made: {batch['error']}")
    if pictures and batch["status"] != "ready":
        return True
    best_first = sorted(batch["candidates"], key=loss)
    ranking = [[candidate["id"]] for candidate in best_first[: batch["rankTop"]]]
    server.post(f"sessions/{session}/judgements", {"batchId": batch["id"], "ranking": ranking, "rater": rater})
    return True


def arguments(description):
    """The arguments that all examples share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--url", default=os.environ.get("RANKING_URL", "http://127.0.0.1:5080"), help="the server's address")
    parser.add_argument("--key", default=os.environ.get("RANKING_KEY"), help="a key of scope admin; else RANKING_KEY")
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds to run, from 1")
    read = parser.parse_args()
    if not read.key:
        parser.error("a key is needed: --key or RANKING_KEY (the server printed it on its first start)")
    return read
