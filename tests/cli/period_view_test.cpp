#include "../../src/cli/period_view.h"

#include <doctest/doctest.h>

#include "../../src/cli/run_table.h"
#include "support/recorded_run.h"

using namespace usage;
using namespace usage::test;

namespace {

// So many files, and a charge in the last of them.
void record_last_row_of(Ledger& ledger, std::uint32_t files) {
  NewRun run = new_run();
  run.files.resize(files);
  for (std::uint32_t i = 0; i < files; ++i) run.files[i].name = std::to_string(i) + ".csv";
  ledger.begin_run(run);
  ledger.add_request(1, installation_sid(files), "body");
  NewRow row;
  row.file = static_cast<std::uint16_t>(files - 1);
  row.place.line = 2;
  row.installation = installation_sid(files);
  row.billing_sid = "BI1";
  row.quantity = "1.00";
  row.has_amount = true;
  row.request = 1;
  row.role = ChargeRole::kNew;
  ledger.add_row(row);
  const RunInfo begun = ledger.commit_run();
  ledger.end_run(begun.id, RunState::kAbandoned, "abandoned", "by the test", WallTime{});
}

}  // namespace

TEST_CASE("a period without a run, as an interrupted upload of an earlier version left, is shown") {
  CHECK(run_table({}).find("why it ended") != std::string::npos);
  const LedgerFolder at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, WallTime{});
  CHECK(view_period(ledger, kScope, {}).summary.runs.empty());
}

TEST_CASE("a row of a period names its file, also behind more files than one run can have") {
  const LedgerFolder at;
  Ledger ledger = at.open();
  ledger.open_period(kScope, WallTime{});
  record_last_row_of(ledger, 40000);
  record_last_row_of(ledger, 30000);
  const PeriodView view = view_period(ledger, kScope, {});
  std::vector<std::string> origins;
  view.rows([&](const RowRecord& row) { origins.push_back(view.summary.origins.at(row.file).run); });
  CHECK(origins == std::vector<std::string>{"2026-10-1:39999.csv", "2026-10-2:29999.csv"});
}
