#!/usr/bin/env bash
# Passes the tests: installs what is missing, builds with warnings as errors and sanitizers on, runs everything.
#   --long    adds the contract check against Twilio's OpenAPI document in Prism (needs npx, and npm's registry); LibreOffice itself in
#             the way back from a spreadsheet; 100,000 rows over 5,000 installations instead of 20,000 over 1,000 in the run with
#             every fault mixed in; 100,000 generated files against Python's reading instead of 800; fuzzing for 10 minutes a target
#             instead of 8 seconds; records of 16 MiB instead of 4, and every step, limit and random case where the short form takes some;
#             the Debian package, built twice and installed on a clean Debian 12 (tests/package/run.sh; needs
#             root or sudo); all sabotages instead of three; and a second build at full speed, without sanitizers (build-full),
#             for 1,000,000 simulated histories instead of 6,000, 25,000 simulated months instead of 150, the larger small model, and
#             a kill at every file and network system call and 9,000 at random moments instead of 40 and 12. It takes hours.
set -euo pipefail
cd "$(dirname "$0")/.."

long=no
for argument in "$@"; do
  case "$argument" in
    --long) long=yes ;;
    *) echo "usage: tests/run.sh [--long]" >&2; exit 2 ;;
  esac
done

# pyte: what a terminal shows; a browser looks at report.html; bubblewrap makes a scheduler's conditions; the shells and
# readers of manual pages for what is installed.
packages=(strace locales python3-jsonschema python3-pyte chromium chromium-driver python3-selenium poppler-utils bubblewrap
          python3-yaml groff-base man-db mandoc zsh fish clang libclang-rt-14-dev)
if [ "$long" = yes ]; then packages+=(libreoffice-calc-nogui python3-uno); fi
# Debian's npm conflicts with a nodejs from elsewhere, which brings its own.
if [ "$long" = yes ] && ! command -v npx >/dev/null; then packages+=(nodejs npm); fi
tests/install_packages.sh "${packages[@]}"
build=${BUILD_DIR:-build-test}
full=${FULL_BUILD_DIR:-build-full}
export USAGE_TEST_LONG=$long
# So that the sabotaged copy's build finds in ccache what this one compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
# clang++ compiles what is sanitized in half of g++'s time; the programs that people get are g++'s, as the long form's second build is.
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DUSAGE_TEST_BUILD=ON -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build" -- -k 0
ctest --test-dir "$build" -j 3 --output-on-failure --no-tests=error
if [ "$long" = no ]; then
  tests/fuzz/run.sh --seconds 8
  python3 tests/sabotage/sabotage.py --three
  exit
fi

tests/package/run.sh
tests/fuzz/run.sh --seconds 600
python3 tests/sabotage/sabotage.py
cmake -S . -B "$full" -G Ninja -DUSAGE_TEST_BUILD=ON -DUSAGE_SANITIZE=OFF -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$full" --target simulation_test usage-uploader usage-sandbox
USAGE_SIMULATION_SEEDS=1000000 USAGE_SMALL_MODEL=all ctest --test-dir "$full" -R '^(simulation|kill|seed|disk)$' -V --no-tests=error
