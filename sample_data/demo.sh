#!/usr/bin/env bash
# Rehearses a billing run: installs what is missing, builds, starts the sandbox, and uploads sample_data/october.csv to it.
# As part of an installation it uses the installed programs.
# Nothing leaves this machine. The result files' folder is printed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -f CMakeLists.txt ]; then
  tests/install_packages.sh
  programs=${BUILD_DIR:-build}
  echo "building (the first time takes a few minutes) ..." >&2
  cmake -S . -B "$programs" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >/dev/null
  cmake --build "$programs" --target usage-uploader usage-sandbox >/dev/null
else
  programs=../../bin
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/usage-demo.XXXXXX")
"$programs/usage-sandbox" --port 0 --journal "$work/journal.jsonl" --scenario sample_data/scenario.json --seed 1 >"$work/sandbox.out" &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true' EXIT
for _ in $(seq 100); do grep -q listening "$work/sandbox.out" && break; sleep 0.05; done
url=$(grep -o 'http://[0-9.:]*' "$work/sandbox.out")

# The rehearsal's own credentials and ledger; the sandbox takes any.
export TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001 TWILIO_AUTH_TOKEN=rehearsal
run() { echo; echo "\$ usage-uploader $*"; "$programs/usage-uploader" "$@"; }

echo "== the file alone (exit status 3: it has invalid rows)"
run validate sample_data/october.csv || echo "exit status $?"
echo
echo "== a ledger, once"
run init --ledger "$work/ledger.db"
echo
echo "== the billing run; installations with invalid rows are held back"
status=0
run upload sample_data/october.csv --period 2026-10 --new-period --skip-invalid --yes \
  --base-url "$url" --ledger "$work/ledger.db" --out "$work/results" || status=$?
echo "exit status $status (6: some charges are unknown)"
echo
echo "== what the sandbox billed, one line for each request"
cat "$work/journal.jsonl"
echo
echo "result files: $work/results"
ls "$work/results"
[ "$status" -eq 6 ]
