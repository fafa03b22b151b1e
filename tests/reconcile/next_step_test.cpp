#include "usage/reconcile/next_step.h"

#include <doctest/doctest.h>

#include <map>

#include "result_case.h"

using namespace usage;
using namespace usage::test;

namespace {

RunSummary summary_with(SummaryState state, const std::string& stop_name, const std::vector<RowStatus>& statuses) {
  RunSummary summary;
  summary.state = state;
  summary.run = "2026-10-3";
  summary.scope = {"https://marketplace.twilio.com", "AC1", "2026-10"};
  summary.stop_name = stop_name;
  summary.folder = "/tmp/my out";
  unsigned number = 0;
  for (RowStatus status : statuses) summary.totals.add(sent_row(++number, status, "1"));
  return summary;
}

int exit_of(SummaryState state, const std::string& stop_name, const std::vector<RowStatus>& statuses) {
  return static_cast<int>(exit_status_of(summary_with(state, stop_name, statuses)));
}

std::vector<std::string> commands_of(const RunSummary& summary) {
  std::vector<std::string> commands;
  for (const NextStep& step : next_steps_of(summary)) commands.push_back(step.command);
  return commands;
}

using enum RowStatus;
constexpr auto kOpen = SummaryState::kOpen;
constexpr auto kFinished = SummaryState::kFinished;

}  // namespace

TEST_CASE("a run of submitted, duplicate and left-out rows is a success; each other status is not") {
  CHECK(exit_of(kFinished, "finished", {}) == 0);
  CHECK(exit_of(kFinished, "finished", {kSubmitted, kDuplicate, kLeftOut}) == 0);
  for (RowStatus status : {kFailed, kNotSubmitted, kInvalid, kNotSent}) {
    CAPTURE(name_of(status));
    CHECK(exit_of(kFinished, "finished", {kSubmitted, status}) == 1);
    CHECK(exit_of(SummaryState::kAbandoned, "abandoned", {kSubmitted, status}) == 1);
  }
  CHECK(exit_of(kFinished, "finished", {kSubmitted, kUnknown}) == 6);
}

TEST_CASE("an open run ends with the status of what stopped it") {
  CHECK(exit_of(kOpen, "max-unknown", {kNotSent}) == 7);
  CHECK(exit_of(kOpen, "certificate", {kNotSent}) == 7);
  CHECK(exit_of(kOpen, "", {kNotSent}) == 7);
  CHECK(exit_of(kOpen, "credentials", {kNotSent}) == 5);
  CHECK(exit_of(kOpen, "proxy-credentials", {kNotSent}) == 5);
  CHECK(exit_of(kOpen, "SIGINT", {kNotSent}) == 130);
  CHECK(exit_of(kOpen, "SIGTERM", {kNotSent}) == 143);
  CHECK(exit_of(kOpen, "SIGHUP", {kNotSent}) == 143);
  CHECK(exit_of(kFinished, "SIGINT", {kSubmitted}) == 0);
}

TEST_CASE("where several hold, the first of 4, 6, 5, 130, 7, 1 is the exit status") {
  CHECK(exit_of(kOpen, "credentials", {kUnknown, kFailed}) == 6);
  for (const auto& [stop_name, status] : std::map<std::string, int>{{"credentials", 5}, {"SIGINT", 130}, {"", 7}}) {
    RunSummary period = summary_with(SummaryState::kPeriod, stop_name, {kNotSent});
    CHECK(static_cast<int>(exit_status_of(period)) == 1);
    period.runs.emplace_back().state = RunState::kOpen;
    CHECK(static_cast<int>(exit_status_of(period)) == status);
  }
  CHECK(exit_of(kOpen, "ledger-gone", {kUnknown, kNotSent}) == 4);
  CHECK(exit_of(kOpen, "lock-gone", {kUnknown, kNotSent}) == 4);
  CHECK(exit_of(kOpen, "SIGINT", {kUnknown}) == 6);
  CHECK(exit_of(kOpen, "credentials", {kFailed}) == 5);
  CHECK(exit_of(kOpen, "SIGTERM", {kFailed}) == 143);
  CHECK(exit_of(kOpen, "max-failures", {kFailed, kNotSent}) == 7);
  RunSummary differing = summary_with(kFinished, "finished", {kUnknown});
  differing.differences = {"a row is lost"};
  CHECK(exit_status_of(differing) == ExitStatus::kLedger);
}

TEST_CASE("a refused plan is 3 and a dry run 0, whatever its rows are") {
  CHECK(exit_of(SummaryState::kRefused, "invalid-rows", {kInvalid, kNotSent}) == 3);
  CHECK(exit_of(SummaryState::kDryRun, "", {kNotSent, kInvalid}) == 0);
}

TEST_CASE("a valid file's step is to look at the plan of an upload, never one that sends") {
  RunSummary summary = summary_with(SummaryState::kDryRun, "", {kNotSent});
  summary.scope = {};
  summary.files.emplace_back().name = "my file.csv";
  summary.upload_flags = " --decimal-comma";
  CHECK(commands_of(summary) ==
        std::vector<std::string>{"usage-uploader upload 'my file.csv' --period PERIOD --decimal-comma --dry-run"});
  CHECK(next_steps_of(summary).at(0).text.starts_with("the file is valid; "));
  summary.totals.add(sent_row(2, kInvalid, "1"));
  CHECK(next_steps_of(summary).at(0).text.starts_with("the rest of the file is valid; "));
}

TEST_CASE("an open run is resumed first, then doubts are settled, then what failed is uploaded") {
  const auto commands = commands_of(summary_with(kOpen, "SIGINT", {kUnknown, kFailed, kNotSent}));
  CHECK(commands == std::vector<std::string>{"usage-uploader resume 2026-10-3",
                                             "usage-uploader settle 2026-10-3 --from '/tmp/my out/unknown.csv' --by "
                                             "NAME --note TEXT",
                                             "usage-uploader upload '/tmp/my out/failed.csv' --period 2026-10"});
}

TEST_CASE("a run that too many doubts stopped is not resumed before these were looked at") {
  RunSummary summary = summary_with(kOpen, "max-unknown", {kUnknown, kFailed, kNotSent});
  CHECK(commands_of(summary) ==
        std::vector<std::string>{
            "usage-uploader settle 2026-10-3 --from '/tmp/my out/unknown.csv' --by NAME --note TEXT",
            "usage-uploader resume 2026-10-3", "usage-uploader upload '/tmp/my out/failed.csv' --period 2026-10"});
  CHECK(next_steps_of(summary)[1].text.ends_with("each resume may leave as many in doubt again"));
  summary.folder.clear();
  CHECK(commands_of(summary)[0] == "usage-uploader reconcile 2026-10-3 --out DIR");
  summary = summary_with(kOpen, "max-unknown", {kNotSubmitted, kNotSent});  // all of them are settled since
  CHECK(next_steps_of(summary)[0].text.starts_with("see what the endpoint answers"));
}

TEST_CASE("where a certificate or a protocol stopped the run, the step says which of its faults to mend") {
  const auto step = [](const char* stop_name, const char* reason) {
    RunSummary summary = summary_with(kOpen, stop_name, {kNotSent});
    summary.stop_reason = reason;
    return next_steps_of(summary).at(0).text;
  };
  const auto says = [](const std::string& text, const char* word) { return text.find(word) != std::string::npos; };
  CHECK(says(step("certificate", "SSL certificate problem: certificate has expired (libcurl 60)"), "clock"));
  CHECK(says(step("certificate", "SSL certificate problem: certificate is not yet valid (libcurl 60)"), "clock"));
  CHECK(says(step("certificate", "SSL: no alternative certificate subject name matches target host name 'x'"),
             "--base-url"));
  CHECK(says(step("certificate", "SSL certificate problem: self-signed certificate (libcurl 60)"), "--ca-file"));
  CHECK(says(step("certificate", "SSL certificate problem: unable to get local issuer certificate"), "--ca-file"));
  CHECK(says(step("certificate", "something new"), "whose certificate"));
  CHECK(says(step("out-of-reach", "after 5 attempts: tlsv1 alert protocol version (libcurl 35)"), "TLS 1.2"));
  CHECK(step("out-of-reach", "Connection refused") ==
        "mend the connection (check says what fails), then send the rest");
  CHECK(step("max-failures", "3 requests failed (--max-failures)") == "send the rest");
}

TEST_CASE("rows of an open run that wait for their turn are no reason to upload failed.csv") {
  CHECK(commands_of(summary_with(kOpen, "SIGINT", {kSubmitted, kNotSent})) ==
        std::vector<std::string>{"usage-uploader resume 2026-10-3"});
  CHECK(commands_of(summary_with(kFinished, "finished", {kSubmitted, kNotSent})) ==
        std::vector<std::string>{"usage-uploader upload '/tmp/my out/failed.csv' --period 2026-10"});
}

TEST_CASE("where no result files are, they are written before a command names them") {
  RunSummary summary = summary_with(kFinished, "finished", {kUnknown, kFailed});
  summary.folder.clear();
  CHECK(commands_of(summary) ==
        std::vector<std::string>{"usage-uploader reconcile 2026-10-3 --out DIR",
                                 "usage-uploader settle 2026-10-3 --from DIR/unknown.csv --by NAME --note TEXT",
                                 "usage-uploader upload DIR/failed.csv --period 2026-10"});
}

TEST_CASE("result files that could not be written are left to write, also where all is well otherwise") {
  RunSummary summary = summary_with(kFinished, "finished", {kSubmitted});
  summary.folder.clear();
  summary.results_missing = true;
  CHECK(exit_status_of(summary) == ExitStatus::kUsage);
  CHECK(next_steps_of(summary) ==
        std::vector{NextStep{"write the result files", "usage-uploader reconcile 2026-10-3 --out DIR"}});
  summary.totals.add(sent_row(2, kUnknown, "1"));
  CHECK(exit_status_of(summary) == ExitStatus::kUnknown);
  summary = summary_with(kFinished, "finished", {kFailed});
  summary.results_missing = true;
  CHECK(exit_status_of(summary) == ExitStatus::kSomeNotBilled);
}

TEST_CASE("every summary says what to do next, be it nothing") {
  CHECK(next_steps_of(summary_with(kFinished, "finished", {kSubmitted})) ==
        std::vector{NextStep{"nothing is left to do for this run", ""}});
  RunSummary differing = summary_with(kFinished, "finished", {kFailed});
  differing.differences = {"a row is lost"};
  CHECK(commands_of(differing) == std::vector<std::string>{""});
}

TEST_CASE("commands name the ledger and the endpoint where these are not the default") {
  RunSummary summary = summary_with(kFinished, "finished", {kFailed});
  summary.ledger_file = "/my ledgers/l.db";
  summary.scope.endpoint = "http://127.0.0.1:4010";
  CHECK(resume_command(summary) == "usage-uploader resume --ledger '/my ledgers/l.db' 2026-10-3");
  summary.sending_flags = " --proxy http://p:3128";
  CHECK(resume_command(summary) == "usage-uploader resume --ledger '/my ledgers/l.db' 2026-10-3 --proxy http://p:3128");
  summary.sending_flags.clear();
  CHECK(upload_failed_command(summary) ==
        "usage-uploader upload --ledger '/my ledgers/l.db' '/tmp/my out/failed.csv' --period 2026-10 --base-url "
        "http://127.0.0.1:4010");
}

TEST_CASE("a file whose name begins like an option is no option in a command to copy") {
  RunSummary summary = summary_with(SummaryState::kDryRun, "", {kNotSent});
  summary.files.resize(2);
  summary.files[0].name = "-o.csv";
  summary.files[1].name = "-";  // stdin
  summary.ledger_file = "-l.db";
  CHECK(commands_of(summary).front() == "usage-uploader upload --ledger ./-l.db ./-o.csv - --period 2026-10 --dry-run");
  summary.folder = "-out";
  CHECK(upload_failed_command(summary) == "usage-uploader upload --ledger ./-l.db ./-out/failed.csv --period 2026-10");
}

TEST_CASE("a dry run is repeated for good, a refused plan is corrected") {
  RunSummary summary = summary_with(SummaryState::kDryRun, "", {kNotSent});
  summary.files.resize(1);
  summary.files[0].name = "it's.csv";
  summary.upload_flags = " --zero skip --new-period";
  summary.plan_digest = "1-2-3";
  const std::string again = "usage-uploader upload 'it'\\''s.csv' --period 2026-10 --zero skip --new-period";
  const std::string approved = again + " --approve 1-2-3 --by NAME";
  CHECK(commands_of(summary) == std::vector{again, approved});
  summary.needs_approval = true;
  CHECK(commands_of(summary) == std::vector{approved});
  summary.plan_digest.clear();  // nothing to send
  CHECK(commands_of(summary) == std::vector{again + " --dry-run"});
  summary.state = SummaryState::kRefused;
  for (const char* refusal : {"approval-missing", "approval-differs", "warning-refused", "control-total"}) {
    CAPTURE(refusal);
    summary.stop_name = refusal;
    CHECK(commands_of(summary) == std::vector{again + " --dry-run"});  // never one that sends unapproved
  }
  summary = summary_with(SummaryState::kRefused, "", {kNotSent, kInvalid});
  summary.files.resize(1);
  summary.files[0].name = "it's.csv";
  CHECK(commands_of(summary) ==
        std::vector<std::string>{"usage-uploader upload '/tmp/my out/failed.csv' --period 2026-10 --dry-run"});
  summary.opens_period = true;
  summary.sending_flags = " --credentials c.env";
  summary.guard_flags = " --require-approval";
  CHECK(commands_of(summary) ==
        std::vector<std::string>{"usage-uploader upload '/tmp/my out/failed.csv' --period "
                                 "2026-10 --credentials c.env --new-period --require-approval --dry-run"});
  summary.folder.clear();
  CHECK(commands_of(summary) ==
        std::vector<std::string>{"usage-uploader upload 'it'\\''s.csv' --period 2026-10 --dry-run"});
}

TEST_CASE("a dry run of what is all there already names the period whose charges wait") {
  RunSummary summary = summary_with(SummaryState::kDryRun, "", {kDuplicate});
  CHECK(next_steps_of(summary).at(0).text.starts_with("nothing is left to do"));
  summary.period_totals = summary_with(SummaryState::kPeriod, "", {kSubmitted, kUnknown}).totals.plain();
  CHECK(commands_of(summary) == std::vector<std::string>{"usage-uploader show --period 2026-10"});
}

TEST_CASE("where a plan must be approved, what failed is planned first, and never twice over") {
  RunSummary summary = summary_with(SummaryState::kFinished, "", {kFailed});
  summary.guard_flags = " --require-approval --dry-run";
  const std::string plan =
      "usage-uploader upload '/tmp/my out/failed.csv' --period 2026-10 --require-approval --dry-run";
  CHECK(commands_of(summary) == std::vector{plan});
  CHECK(next_steps_of(summary)[0].text == "correct failed.csv, then have its plan approved");
  summary.guard_flags.clear();
  CHECK(next_steps_of(summary)[0].text == "correct failed.csv, then upload it");
  summary = summary_with(SummaryState::kRefused, "", {kNotSent, kInvalid});
  summary.guard_flags = " --require-approval --dry-run";
  CHECK(commands_of(summary) == std::vector{plan});
}

TEST_CASE("a period's unknown charges of one run are settled from the period's own file") {
  RunSummary summary = summary_with(SummaryState::kPeriod, "", {kUnknown});
  summary.runs_in_doubt = {"2026-10-2"};
  CHECK(commands_of(summary) ==
        std::vector<std::string>{
            "usage-uploader settle 2026-10-2 --from '/tmp/my out/unknown.csv' --by NAME --note TEXT"});
  summary.runs_in_doubt = {"2026-10-2", "2026-10-3"};
  CHECK(commands_of(summary) == std::vector<std::string>{"usage-uploader reconcile 2026-10-2 --out DIR",
                                                         "usage-uploader reconcile 2026-10-3 --out DIR"});
  summary.runs_in_doubt = {"2026-10-2"};
  summary.folder.clear();
  CHECK(commands_of(summary) == std::vector<std::string>{"usage-uploader reconcile 2026-10-2 --out DIR"});
}

TEST_CASE("a period's open run is to be resumed also where it has nothing left to send: no upload gets in meanwhile") {
  RunSummary summary = summary_with(SummaryState::kPeriod, "", {kSubmitted});
  summary.runs.emplace_back().name = "2026-10-2";
  summary.runs.back().state = RunState::kFinished;
  CHECK(exit_status_of(summary) == ExitStatus::kOk);
  summary.runs.back().state = RunState::kOpen;
  CHECK(exit_status_of(summary) == ExitStatus::kStopped);
  CHECK(commands_of(summary) == std::vector<std::string>{"usage-uploader resume 2026-10-2"});
  summary.totals.add(sent_row(2, kUnknown, "1"));
  summary.runs_in_doubt = {"2026-10-2"};
  CHECK(commands_of(summary)[0] == "usage-uploader resume 2026-10-2");
  summary.runs.back().stop_name = "max-unknown";
  CHECK(commands_of(summary)[1] == "usage-uploader resume 2026-10-2");
  CHECK(next_steps_of(summary)[1].text.find("send the rest of the open run") != std::string::npos);
}

TEST_CASE("each row in doubt or not billed has a next step of its own, and no other row has one") {
  const auto step = [](RowStatus status, int http_status, SummaryState state, std::uint32_t request = 5) {
    RowRecord row = sent_row(1, status, "1");
    row.http_status = http_status;
    row.request = request;
    return std::string(row_next_step(row, state));
  };
  CHECK(step(kInvalid, 0, kFinished) ==
        "take the row out if it is billed already or else correct the value and upload this file");
  RowRecord unread;
  unread.status = kInvalid;
  CHECK(row_next_step(unread, kFinished) == "correct the value and upload this file");
  CHECK(step(kFailed, 404, kFinished) == "check the installation with the customer, then upload this file");
  CHECK(step(kFailed, 429, kFinished) == "upload this file");
  CHECK(step(kFailed, 400, kFinished) == "check the billing SID and the quantity, then upload this file");
  CHECK(step(kNotSent, 0, kOpen) == "resume");
  CHECK(step(kNotSent, 0, kFinished) == "upload this file");
  CHECK(step(kNotSent, 0, kFinished, 0) == "correct the invalid rows of this installation, then upload this file");
  CHECK(step(kNotSent, 0, SummaryState::kRefused, 0).ends_with("upload the input again, or this file"));
  CHECK(step(kUnknown, 500, kFinished).ends_with("then settle"));
  CHECK(step(kNotSubmitted, 202, kFinished).ends_with("then upload this file"));
  RowRecord decided = sent_row(1, kNotSubmitted, "1");
  decided.settled_by = "Ada";
  CHECK(row_next_step(decided, kFinished) == "it was settled as not submitted: upload this file to send it");
  decided.settled_by.clear();
  decided.is_other_content = true;  // what was settled is the charge that it names
  CHECK(row_next_step(decided, kFinished) == "upload this file");
  for (RowStatus status : {kSubmitted, kDuplicate, kLeftOut}) CHECK(step(status, 202, kFinished).empty());
}
