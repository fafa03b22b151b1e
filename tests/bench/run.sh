#!/usr/bin/env bash
# Measures reading and grouping (rows/s), sending to the sandbox (requests/s) and peak memory, and prints one table.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/install_packages.sh
build=${BUILD_DIR:-build-bench}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build" --target usage-uploader usage-sandbox >/dev/null
USAGE_BUILD="$build" exec python3 tests/bench/bench.py "$@"
