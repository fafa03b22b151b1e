// A whole period: each charge once, whatever run its present row is of.
#include <doctest/doctest.h>

#include <algorithm>

#include "result_case.h"
#include "usage/reconcile/next_step.h"
#include "usage/reconcile/out_folder.h"

using namespace usage;
using namespace usage::test;

namespace {

RowRecord of_origin(std::uint16_t origin, RowRecord row) {
  row.file = origin;
  return row;
}

void make_period(ResultCase& result, SummaryState second = SummaryState::kFinished) {
  result.summary.state = SummaryState::kPeriod;
  result.summary.run.clear();
  result.summary.ledger_file = "l.db";
  result.summary.files.resize(3);
  result.summary.origins = {
      {"2026-10-1", SummaryState::kAbandoned}, {"2026-10-2:a.csv", second}, {"2026-10-2:b.csv", second}};
  result.summary.runs.resize(2);
  result.summary.runs[0].name = "2026-10-1";
  result.summary.runs[0].state = RunState::kAbandoned;
  result.summary.runs[1].name = "2026-10-2";
  result.summary.runs[1].state = second == SummaryState::kOpen ? RunState::kOpen : RunState::kFinished;
}

std::vector<std::string> commands_of(const RunSummary& summary) {
  std::vector<std::string> commands;
  for (const NextStep& step : summary.next_steps) commands.push_back(step.command);
  return commands;
}

}  // namespace

TEST_CASE("a line names its run, and failed.csv has the reconciliation's columns") {
  ResultCase result;
  make_period(result);
  result.rows = {of_origin(0, sent_row(1, RowStatus::kFailed, "1")),
                 of_origin(2, sent_row(2, RowStatus::kUnknown, "2"))};
  result.write();
  CHECK(result.text("reconciliation.csv").find("\n2026-10-1:2,XE") != std::string::npos);
  CHECK(result.text("reconciliation.csv").find("\n2026-10-2:b.csv:3,XE") != std::string::npos);
  CHECK(result.text("failed.csv").find(",usage_next_step,usage_amount_was,line,installed_add_on_sid,") !=
        std::string::npos);
  CHECK(result.text("failed.csv").find(",2026-10-1:2,XE") != std::string::npos);
  CHECK(result.text("unknown.csv").find(",2026-10-2:b.csv:3,XE") != std::string::npos);
  CHECK(result.summary.runs_in_doubt == std::vector<std::string>{"2026-10-2"});
}

TEST_CASE("what an open run has still to send waits; what an ended one has not sent is to be uploaded") {
  ResultCase result;
  make_period(result, SummaryState::kOpen);
  result.rows = {of_origin(0, sent_row(1, RowStatus::kNotSent, "1")),
                 of_origin(1, sent_row(2, RowStatus::kNotSent, "2"))};
  result.write();
  CHECK(result.text("failed.csv").find("u-901,") != std::string::npos);
  CHECK(result.text("failed.csv").find("u-902,") == std::string::npos);
  CHECK(result.summary.waiting_rows == 1);
  CHECK(result.summary.exit_status == ExitStatus::kStopped);
  CHECK(commands_of(result.summary).front() == "usage-uploader resume --ledger l.db 2026-10-2");  // once, not by file
  CHECK(std::ranges::count(commands_of(result.summary), "usage-uploader resume --ledger l.db 2026-10-2") == 1);
  result.rows.pop_back();
  result.write();
  CHECK(result.summary.exit_status == ExitStatus::kStopped);  // still open, and no upload gets in before it is resumed
}

TEST_CASE("a period has the exit status that its charges have") {
  using enum RowStatus;
  const auto status = [](RowStatus row_status) {
    ResultCase result;
    make_period(result);
    result.rows = {sent_row(1, kSubmitted, "1"), sent_row(2, row_status, "2")};
    result.write();
    return result.summary.exit_status;
  };
  CHECK(status(kSubmitted) == ExitStatus::kOk);
  CHECK(status(kUnknown) == ExitStatus::kUnknown);
  for (RowStatus unbilled : {kFailed, kNotSubmitted, kNotSent}) CHECK(status(unbilled) == ExitStatus::kSomeNotBilled);
}

TEST_CASE("the next steps of a period name its runs, its files and itself") {
  ResultCase result;
  make_period(result);
  result.rows = {of_origin(0, sent_row(1, RowStatus::kUnknown, "1")),
                 of_origin(1, sent_row(2, RowStatus::kFailed, "2"))};
  result.write();
  CHECK(commands_of(result.summary) ==
        std::vector<std::string>{
            "usage-uploader settle --ledger l.db 2026-10-1 --from " + (result.out / "unknown.csv").string() +
                " --by NAME --note TEXT",
            "usage-uploader upload --ledger l.db " + (result.out / "failed.csv").string() + " --period 2026-10"});
  CHECK(write_again_command(result.summary) == "usage-uploader reconcile --ledger l.db --period 2026-10 --out DIR");
}

TEST_CASE("its summary.json claims the folder for the period of its account and endpoint, and for no run") {
  ResultCase result;
  make_period(result);
  result.write();
  const auto claim = read_claim(result.text("summary.json"));
  REQUIRE(claim);
  CHECK(*claim ==
        FolderClaim{"0123456789abcdef", 4, "", "2026-10", result.summary.scope.endpoint, result.summary.scope.account});
}

TEST_CASE("an upload with nothing to send has the exit status of the whole period, and says where to look") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kDuplicate, "1")};
  result.summary.stop_name = kNothingToSend;
  const auto exit_with = [&](RowStatus status) {
    result.summary.period_totals = {{RowStatus::kSubmitted, "EUR", 3, 0, {}}, {status, "EUR", 2, 0, {}}};
    result.write();
    return result.summary.exit_status;
  };
  CHECK(exit_with(RowStatus::kSubmitted) == ExitStatus::kOk);
  CHECK(exit_with(RowStatus::kFailed) == ExitStatus::kSomeNotBilled);
  CHECK(exit_with(RowStatus::kNotSent) == ExitStatus::kSomeNotBilled);
  CHECK(exit_with(RowStatus::kNotSubmitted) == ExitStatus::kSomeNotBilled);
  CHECK(exit_with(RowStatus::kUnknown) == ExitStatus::kUnknown);
  CHECK(commands_of(result.summary) == std::vector<std::string>{"usage-uploader show --period 2026-10"});
  CHECK(to_text(result.summary).find("The whole period:\n  status     rows") != std::string::npos);
  CHECK(to_json(result.summary, JsonLayout::kCompact)
            .find("\"period_totals\":[{\"status\":\"submitted\",\"currency\":\"EUR\",\"rows\":3,") !=
        std::string::npos);
  // A run that sent something ends as its own rows did, and tells of the period all the same.
  result.summary.stop_name = "finished";
  CHECK(exit_with(RowStatus::kUnknown) == ExitStatus::kOk);
  CHECK(commands_of(result.summary) == std::vector<std::string>{"usage-uploader show --period 2026-10"});
}
