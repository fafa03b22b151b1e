#!/usr/bin/env bash
# Fuzzes what reads bytes that others wrote, each target from its kept corpus, with address and undefined-behaviour
# sanitizers (clang++, libFuzzer). An input that fails is kept and its path printed; run its target with that path to see it again.
#   --seconds N   for each target; 30 where not given. Two run side by side
#   --only NAME   one target (csv_reader, decimal, ...)
#   --merge DIR   adds to the kept corpora what DIR/<target>/ holds and covers more
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=30 only='*' merge=
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --merge) merge=$2; shift 2 ;;
    *) echo "usage: tests/fuzz/run.sh [--seconds N] [--only NAME] [--merge DIR]" >&2; exit 2 ;;
  esac
done

tests/install_packages.sh clang libclang-rt-14-dev
build=${BUILD_DIR:-build-test}  # that of tests/run.sh, configured alike
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DUSAGE_TEST_BUILD=ON -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
cmake --build "$build" --target fuzz_targets

targets=()
for source in tests/fuzz/${only}_fuzz.cpp; do targets+=("$(basename "$source" _fuzz.cpp)"); done
[ -e "tests/fuzz/${targets[0]}_fuzz.cpp" ] || { echo "no target is called $only" >&2; exit 2; }

# Edges alone, without how often each was taken: a few files say as much as many.
if [ -n "$merge" ]; then
  for target in "${targets[@]}"; do
    "$build/tests/fuzz/${target}_fuzz" -merge=1 -use_counters=0 "tests/fuzz/corpus/$target" "$merge/$target"
  done
  exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/usage-fuzz-XXXXXX")
fuzz() {
  local target=$1 status=0
  mkdir -p "$work/$target"
  "$build/tests/fuzz/${target}_fuzz" "$work/$target" "tests/fuzz/corpus/$target" -max_total_time="$seconds" -max_len=2048 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="$work/$target-" >"$work/$target.log" 2>&1 || status=$?
  local runs seeds
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.log")
  seeds=$(find "tests/fuzz/corpus/$target" -type f | wc -l)
  echo "fuzz $target: ${runs:-no} inputs from $seeds kept ones, $(sed -n 's/^INFO: Seed: /seed /p' "$work/$target.log")"
  [ "$status" -eq 0 ] && [ "${runs:-0}" -gt "$seeds" ] && return 0
  tail -n 60 "$work/$target.log" >&2
  echo "fuzz $target FAILED; kept: $work" >&2
  return 1
}
export -f fuzz
export work build seconds
printf '%s\n' "${targets[@]}" | xargs -P 2 -I {} bash -c 'fuzz {}' || exit 1
rm -rf "$work"
