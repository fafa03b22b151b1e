#include "usage/reconcile/result_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>

#include "result_case.h"
#include "support/no_more_than.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kHeader =
    "line,installed_add_on_sid,billing_sid,quantity,currency,reference,status,reason,http_status,error_code,attempts,"
    "request,twilio_request_id,sent_at,completed_at,settled_by,settled_at,settle_note,usage_row\n";

std::string line_of(const std::string& text, std::size_t number) {
  std::size_t begin = 0;
  while (number-- > 0) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("reconciliation.csv has every column of a row in its place") {
  ResultCase result;
  RowRecord row = sent_row(1, RowStatus::kSubmitted, "44.00");
  row.currency = "EUR";
  row.http_status = 202;
  row.error_code = "20001";
  row.twilio_request_id = "RQ1";
  row.sent_at = kNoon;
  row.completed_at = kNoon + std::chrono::milliseconds(1500);
  row.settled_by = "Ada";
  row.settled_at = kNoon + std::chrono::hours(1);
  row.settle_note = "seen, on the invoice";
  result.rows = {row};
  result.write();
  CHECK(result.text("reconciliation.csv") ==
        std::string(kHeader) +
            "2,XE00000000000000000000000000000001,BI00000000000000000000000000000501,44.00,EUR,INV-1,submitted,reason "
            "1,202,20001,2,71,RQ1,2026-10-31T12:00:00.000Z,2026-10-31T12:00:01.500Z,Ada,2026-10-31T13:00:00.000Z,"
            "\"seen, on the invoice\",u-901\n");
}

TEST_CASE("what a row has not is an empty cell, and no attempt is 0 attempts") {
  ResultCase result;
  RowRecord row;
  row.place.line = 7;
  row.status = RowStatus::kNotSent;
  result.rows = {row};
  result.write();
  CHECK(result.text("reconciliation.csv") == std::string(kHeader) + "7,,,,,,not_sent,,,,0,,,,,,,,\n");
}

TEST_CASE("each status goes into the files that it belongs to, and into no other") {
  using enum RowStatus;
  struct Expected {
    SummaryState state;
    std::vector<RowStatus> failed;
  };
  const std::vector<Expected> cases = {{SummaryState::kOpen, {kNotSubmitted, kFailed, kInvalid}},
                                       {SummaryState::kFinished, {kNotSubmitted, kFailed, kInvalid, kNotSent}},
                                       {SummaryState::kAbandoned, {kNotSubmitted, kFailed, kInvalid, kNotSent}},
                                       {SummaryState::kRefused, {kNotSubmitted, kFailed, kInvalid, kNotSent}},
                                       {SummaryState::kDryRun, {kNotSubmitted, kFailed, kInvalid}}};
  for (const Expected& expected : cases) {
    ResultCase result;
    result.summary.state = expected.state;
    std::vector<std::string> records;
    for (unsigned i = 1; i <= kRowStatusNames.size(); ++i) {
      result.rows.push_back(sent_row(i, static_cast<RowStatus>(i - 1), std::to_string(i)));
      records.push_back("record " + std::to_string(i));
    }
    result.input("Original", records);
    result.write();
    const std::string reconciliation = result.text("reconciliation.csv");
    const std::string failed = result.text("failed.csv");
    const std::string unknown = result.text("unknown.csv");
    for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
      const RowStatus status = static_cast<RowStatus>(i);
      CAPTURE(name_of(status));
      CHECK(line_of(reconciliation, i + 1).find("," + std::string(name_of(status)) + ",") != std::string::npos);
      const bool in_failed = std::count(expected.failed.begin(), expected.failed.end(), status) == 1;
      const std::string original = ",record " + std::to_string(i + 1) + "\n";
      CHECK((failed.find(original) != std::string::npos) == in_failed);
      CHECK((unknown.find(original) != std::string::npos) == (status == kUnknown));
    }
    CHECK(result.summary.totals.rows() == 8);
    CHECK(result.summary.differences.empty());
  }
}

TEST_CASE("with several files a line is named with its file, and standard input by its name") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "1"), sent_row(2, RowStatus::kSubmitted, "2"),
                 sent_row(3, RowStatus::kSubmitted, "3")};
  result.rows[1].file = 1;
  result.rows[2].file = 2;
  result.summary.files.resize(3);
  result.summary.files[0].name = "a, b.csv";
  result.summary.files[1].name = "-";
  result.summary.files[2].name = "=1+1.csv";
  result.write();
  const std::string text = result.text("reconciliation.csv");
  CHECK(line_of(text, 1).starts_with("\"a, b.csv:2\",XE"));
  CHECK(line_of(text, 2).starts_with("standard input:3,XE"));
  CHECK(line_of(text, 3).starts_with("'=1+1.csv:4,XE"));
}

TEST_CASE("hostile text from the network is neither a formula nor obeyed by a screen, in any file") {
  ResultCase result;
  RowRecord row = sent_row(1, RowStatus::kFailed, "5");
  row.reason = "=cmd|' /C calc'!A0\x1b[2J\r\nnew row\xE2\x80\xAE";
  row.error_code = "@SUM(1)";
  row.twilio_request_id = "+1-2";
  row.settled_by = "-Bob";
  row.settle_note = "  =1";
  result.rows = {row};
  result.input("Original", {"cell"});
  result.write();
  const std::string clean = "'=cmd|' /C calc'!A0?[2J??new row?";
  CHECK(line_of(result.text("reconciliation.csv"), 1)
            .find(",failed," + clean + ",,'@SUM(1),2,71,'+1-2,,,'-Bob,,'  =1,") != std::string::npos);
  CHECK(line_of(result.text("failed.csv"), 1) == "u-901,failed," + clean + ",upload this file,amount 5,cell");
  for (const char* name : {"reconciliation.csv", "failed.csv", "summary.json"})
    CHECK(result.text(name).find('\x1b') == std::string::npos);
}

TEST_CASE("text from the input keeps what it says, but for control characters") {
  ResultCase result;
  RowRecord row = sent_row(1, RowStatus::kInvalid, "-3.00");
  row.has_amount = false;
  row.reference = "=\"a\"\x1b" + std::string(600, 'r');
  result.rows = {row};
  result.write();
  const std::string text = line_of(result.text("reconciliation.csv"), 1);
  CHECK(text.find(",-3.00,,\"=\"\"a\"\"?" + std::string(600, 'r') + "\",invalid,") != std::string::npos);
}

TEST_CASE("without rows all five files still exist, for their owner alone") {
  ResultCase result;
  result.input("Installation,Memo", {});
  result.write();
  CHECK(result.text("reconciliation.csv") == kHeader);
  CHECK(result.text("failed.csv") ==
        "usage_row,usage_status,usage_reason,usage_next_step,usage_amount_was,Installation,Memo\n");
  CHECK(result.text("unknown.csv") ==
        "usage_row,usage_status,usage_reason,usage_next_step,usage_settle,usage_amount_was,Installation,Memo\n");
  for (const fs::directory_entry& entry : fs::directory_iterator(result.out)) {
    struct stat status {};
    REQUIRE(::stat(entry.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
  CHECK(std::distance(fs::directory_iterator(result.out), fs::directory_iterator()) == 5);
}

TEST_CASE("a folder that is claimed for a run no longer shows a dry run's page, which says that nothing was sent") {
  ResultCase result;
  result.input("Installation,Memo", {});
  result.summary.state = SummaryState::kDryRun;
  result.write();
  CHECK(fs::exists(result.out / "report.html"));
  result.summary.state = SummaryState::kOpen;
  claim_folder(result.summary, result.folder());
  CHECK(!fs::exists(result.out / "report.html"));
  CHECK(result.text("summary.json").find("\"state\": \"open\"") != std::string::npos);
}

TEST_CASE("totals that do not close are written, said, and exit status 4") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "5"), sent_row(2, RowStatus::kUnknown, "6")};
  result.summary.input_totals = totals_of({sent_row(1, RowStatus::kNotSent, "5")});
  write_results(result.summary, result.folder(), each_of(result.rows));
  CHECK(result.summary.exit_status == ExitStatus::kLedger);
  CHECK(result.summary.differences.size() == 1);
  CHECK(result.text("summary.json").find("\"totals_close\": false") != std::string::npos);
  try {
    require_totals_close(result.summary);
    FAIL("they do not close");
  } catch (const LedgerError& error) {
    CHECK(error.name() == "totals-differ");
    CHECK(std::string(error.what()).find("run 2026-10-3") != std::string::npos);
    CHECK(std::string(error.what()).find("11.00") != std::string::npos);
  }
}

TEST_CASE("when a file cannot be put in place the summary is complete all the same, and old results stay whole") {
  ResultCase result;
  write_text(result.out / "reconciliation.csv", "old\n");
  fs::create_directory(result.out / "unknown.csv");
  result.rows = {sent_row(1, RowStatus::kUnknown, "5")};
  result.input("Original", {"cell"});
  result.summary.ledger_file = "l.db";
  try {
    result.write();
    FAIL("a folder stands in the file's place");
  } catch (const UsageError& error) {
    CHECK(error.name() == "results-not-written");
    CHECK(error.remedy() == "write them elsewhere: usage-uploader reconcile --ledger l.db 2026-10-3 --out DIR");
  }
  CHECK(result.summary.exit_status == ExitStatus::kUnknown);
  CHECK(result.summary.totals.rows() == 1);
  CHECK(result.summary.next_steps.front().command == "usage-uploader reconcile --ledger l.db 2026-10-3 --out DIR");
  CHECK(result.text("reconciliation.csv") == "old\n");
  CHECK(std::distance(fs::directory_iterator(result.out), fs::directory_iterator()) == 2);
}

TEST_CASE("a folder that has taken the place of the one that was prepared is not written to") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kUnknown, "5")};
  result.summary.input_totals = totals_of(result.rows);
  const OutFolder out = prepare_out_folder(result.out, [](const FolderClaim&) { return FolderOwner::kOurs; });
  fs::rename(result.out, result.temp.path() / "moved");
  fs::create_directory(result.out);
  CHECK_THROWS_AS(write_results(result.summary, out, each_of(result.rows)), UsageError);
  CHECK_THROWS_AS(claim_folder(result.summary, out), UsageError);
  CHECK(fs::is_empty(result.out));
  CHECK(result.summary.exit_status == ExitStatus::kUnknown);
  CHECK(result.summary.totals.rows() == 1);
}

TEST_CASE("when the disk fills up, no result file is half-written and the outcome is known all the same") {
  ResultCase result;
  for (unsigned i = 1; i <= 3000; ++i) result.rows.push_back(sent_row(i, RowStatus::kUnknown, "1"));
  std::string error_name;
  {
    const NoMoreThan disk(100000);
    try {
      result.write();
    } catch (const UsageError& error) {
      error_name = error.name();
    }
  }
  CHECK(error_name == "results-not-written");
  CHECK(fs::is_empty(result.out));
  CHECK(result.summary.totals.rows(RowStatus::kUnknown) == 3000);
  CHECK(result.summary.exit_status == ExitStatus::kUnknown);
}

TEST_CASE("an error while rows are read leaves no file half-written") {
  ResultCase result;
  const EachRow broken = [](const std::function<void(const RowRecord&)>& visit) {
    visit(sent_row(1, RowStatus::kSubmitted, "5"));
    throw LedgerError("ledger-damaged", "the disk image is malformed", "restore it");
  };
  CHECK_THROWS_AS(write_results(result.summary, result.folder(), broken), LedgerError);
  CHECK(fs::is_empty(result.out));
}
