// reconciliation.csv, failed.csv, unknown.csv, report.html and summary.json.
#pragma once

#include "usage/reconcile/each_row.h"
#include "usage/reconcile/out_folder.h"
#include "usage/reconcile/run_summary.h"

namespace usage {

// Reads the rows once (twice where an input file is gone or changed), completes the summary (add_up) and writes the
// five files into the folder, each whole or not at all, summary.json last. All five are always written. Memory does
// not grow with the rows, but by some 60 bytes an installation. Where totals differ the files are written all the same:
// see require_totals_close.
//
// failed.csv and unknown.csv have the input's own columns and cells, byte for byte, from InputFile::spool. Where an
// input file is gone or changed (size or SHA-256), or several files have different headers or delimiters, they have the
// reconciliation's columns instead.
//
// UsageError "results-not-written" where the folder cannot be written, or another has taken its place. The summary is
// complete even then, with an empty folder, so the caller can show it: after a billing run its exit status says more
// than this error's, which would claim that nothing was sent.
void write_results(RunSummary& summary, const OutFolder& out, const EachRow& rows);

// Before a run's first request: a summary.json with the totals as planned, so that the folder says whose it is even
// where the run is killed. The digests of a rehearsal's files that lie there stay. UsageError "results-not-written"
// where it cannot be written.
void claim_folder(RunSummary& summary, const OutFolder& out);

}  // namespace usage
