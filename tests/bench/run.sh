#!/usr/bin/env bash
# Measures the uploader beside other programs that do the same work, and prints one table: ratios, and the goals they are held against.
#   --runs N      measured runs of each contestant, in turn, after one that warms up (5)
#   --only PART   reading, linear, sending, memory, whole or network; may be given several times
#   --quick       small sizes: shows that each row works
#   --full        also files of 10 and 50 million rows: needs 20 GB of memory, and hours
# Installs what it compares with: Debian's packages, and npm's under the build folder. What cannot be had is left out, and its row says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

case " $* " in
  *" --help "* | *" -h "*) exec python3 tests/bench/bench.py --help ;;
esac
packages=(nginx-light wrk)
# Debian's npm conflicts with a nodejs from elsewhere, which brings its own.
command -v npm >/dev/null || packages+=(nodejs npm)
tests/install_packages.sh "${packages[@]}"

build=${BUILD_DIR:-build-bench}
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build" --target usage-uploader usage-sandbox >&2
cmake -S tests/bench/programs -B "$build/bench" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build/bench" >&2

mkdir -p "$build/bench/node"
cp tests/bench/node/* "$build/bench/node/"
(
  cd "$build/bench/node"
  npm install --no-audit --no-fund --silent
  # npm passes over polars' machine code where it asks for a newer node, which it does not need.
  if [ "$(uname -m)" = x86_64 ]; then npm install --no-audit --no-fund --silent --no-save nodejs-polars-linux-x64-gnu@0.25.2; fi
) || echo "npm did not install everything: what is missing is left out" >&2

USAGE_BUILD="$build" PYTHONDONTWRITEBYTECODE=1 exec python3 tests/bench/bench.py "$@"
