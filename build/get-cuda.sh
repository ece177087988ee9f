#!/usr/bin/env bash
# Fetches ONNX Runtime with CUDA for Linux x64 (about 300 MB) into build/cuda; the next build takes it in place of the
# CPU library. Needs CUDA 13 and cuDNN 9 on the machine. To go back, delete build/cuda and build again.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Library and provider are of one version, 1.29.0, as is the C# API.
npm install --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error --force \
  onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9
mkdir -p cuda
cp "$work/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1" cuda/libonnxruntime.so
find "$work/node_modules/com.github.asus4.onnxruntime.linux-x64-gpu" \
  \( -name 'libonnxruntime_providers_shared.so' -o -name 'libonnxruntime_providers_cuda.so' \) -exec cp {} cuda/ \;
test -f cuda/libonnxruntime_providers_cuda.so
echo "build/cuda is ready: build again; the log's first lines say whether CUDA is used, and if not, why."
