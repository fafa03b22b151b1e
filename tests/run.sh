#!/usr/bin/env bash
# Passes the tests: installs what is missing, builds with warnings as errors and sanitizers on, runs everything.
#   --long    adds the contract check against Twilio's OpenAPI document in Prism (needs npm); LibreOffice itself in the way back from a spreadsheet; 100,000 rows over 5,000 installations
#             instead of 20,000 over 1,000 in the run with every fault mixed in; 1,000,000 simulated histories instead of 20,000, and the larger small model; a
#             kill at every file and network system call and 9,000 at random moments instead of 60 and 20; all sabotages
#             instead of three. It takes hours.
set -euo pipefail
cd "$(dirname "$0")/.."

long=no
for argument in "$@"; do
  case "$argument" in
    --long) long=yes ;;
    *) echo "usage: tests/run.sh [--long]" >&2; exit 2 ;;
  esac
done

if [ "$long" = yes ]; then tests/install_packages.sh strace nodejs npm libreoffice-calc-nogui python3-uno; else tests/install_packages.sh strace; fi
build=${BUILD_DIR:-build-test}
export USAGE_TEST_LONG=$long
if [ "$long" = yes ]; then export USAGE_SIMULATION_SEEDS=1000000 USAGE_SMALL_MODEL=all; fi
# So that the sabotaged copy's build finds in ccache what this one compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$build" -G Ninja -DUSAGE_TEST_BUILD=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1" \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build" -- -k 0
ctest --test-dir "$build" -j 2 --output-on-failure --no-tests=error
if [ "$long" = yes ]; then python3 tests/sabotage/sabotage.py; else python3 tests/sabotage/sabotage.py --three; fi
