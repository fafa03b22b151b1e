// Rows whose charge a later run stands for: told, counted, and nobody's task any more.
#include <doctest/doctest.h>

#include "result_case.h"
#include "usage/reconcile/next_step.h"

using namespace usage;
using namespace usage::test;

namespace {

RowRecord superseded(unsigned number, RowStatus status) {
  RowRecord row = sent_row(number, status, std::to_string(number) + ".5");
  row.superseded_by = "2026-10-7, line " + std::to_string(number + 40);
  return row;
}

}  // namespace

TEST_CASE("a superseded row says by which row, and is in neither failed.csv nor unknown.csv") {
  ResultCase result;
  result.rows = {superseded(1, RowStatus::kFailed),    superseded(2, RowStatus::kNotSubmitted),
                 superseded(3, RowStatus::kNotSent),   superseded(4, RowStatus::kUnknown),
                 sent_row(5, RowStatus::kFailed, "5"), sent_row(6, RowStatus::kUnknown, "6")};
  result.rows[2].reason.clear();
  result.input("Original", {"r1", "r2", "r3", "r4", "r5", "r6"});
  result.write();
  const std::string all = result.text("reconciliation.csv");
  CHECK(all.find(",failed,\"reason 1; superseded by 2026-10-7, line 41\",") != std::string::npos);
  CHECK(all.find(",not_sent,\"superseded by 2026-10-7, line 43\",") != std::string::npos);
  CHECK(result.text("failed.csv").find(",r5\n") != std::string::npos);
  CHECK(result.text("unknown.csv").find(",r6\n") != std::string::npos);
  for (const char* gone : {",r1\n", ",r2\n", ",r3\n", ",r4\n"}) {
    CHECK(result.text("failed.csv").find(gone) == std::string::npos);
    CHECK(result.text("unknown.csv").find(gone) == std::string::npos);
  }
  CHECK(result.summary.totals.rows() == 6);
  CHECK(result.summary.differences.empty());
}

TEST_CASE("superseded rows are no reason for an exit status or a next step, but stand in the totals") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "1"), superseded(2, RowStatus::kFailed),
                 superseded(3, RowStatus::kNotSent)};
  result.write();
  CHECK(result.summary.exit_status == ExitStatus::kOk);
  CHECK(result.summary.next_steps == std::vector{NextStep{"nothing is left to do for this run", ""}});
  CHECK(to_text(result.summary).find("2.50    of which superseded by a later run: 1 row\n") != std::string::npos);
  CHECK(to_json(result.summary, JsonLayout::kCompact).find("\"amount\":\"2.50\",\"superseded_rows\":1,") !=
        std::string::npos);
  result.rows.push_back(sent_row(4, RowStatus::kFailed, "4"));
  result.write();
  CHECK(result.summary.exit_status == ExitStatus::kSomeNotBilled);
}
