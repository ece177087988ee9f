#!/bin/sh
# What the training programs need, on Debian 12. Without libopenblas0-pthread torch falls back to reference BLAS and crawls.
set -e
apt-get install -y --no-install-recommends python3-torch python3-onnx python3-numpy python3-pil python3-cairo libopenblas0-pthread
