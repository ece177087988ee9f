#!/usr/bin/env bash
# The smallest oracle: prefers the candidate whose first coordinate is largest, for ten rounds. Needs curl and jq.
# RANKING_KEY=... ./rank_first.sh [http://127.0.0.1:5080]
set -euo pipefail
url=${1:-http://127.0.0.1:5080}/api/v1
api() { curl -sS --fail-with-body -H "Authorization: Bearer $RANKING_KEY" -H 'Content-Type: application/json' "$url/$@"; }

study=$(api studies -d '{"name":"to the right","space":{"kind":"function","function":"sphere"},"maxRounds":10}' | jq -r .id)
session=$(api "studies/$study/sessions" -d '{}' | jq -r .id)
while batch=$(api "sessions/$session/batch?wait=30") && [ -n "$batch" ]; do
    api "sessions/$session/judgements" -H "Idempotency-Key: $(jq -r .id <<<"$batch")" \
        -d "$(jq '{batchId: .id, ranking: [[(.candidates | max_by(.point[0])).id]]}' <<<"$batch")" | jq -c '{round, status}'
done
api "sessions/$session/best" | jq -c .point
