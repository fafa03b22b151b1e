#include "usage/reconcile/run_summary.h"

#include <doctest/doctest.h>

#include "result_case.h"

using namespace usage;
using namespace usage::test;

namespace {

bool has(const std::string& text, std::string_view part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE("not found: ", std::string(part), "\nin: ", text);
  return false;
}

RowRecord in_currency(RowRecord row, std::string currency) {
  row.currency = std::move(currency);
  return row;
}

RunInfo some_run() {
  RunInfo run;
  run.name = "2026-10-2";
  run.scope = {"https://marketplace.twilio.com", "AC" + hex32(7), "2026-10"};
  run.state = RunState::kOpen;
  run.stop_name = "max-unknown";
  run.stop_reason = "20 requests are in doubt";
  run.content_digest = "c0ffee";
  run.files.resize(1);
  run.files[0].name = "usage \"x\".csv";
  run.files[0].bytes = 321;
  run.files[0].digest = "abc123";
  run.files[0].delimiter = '\t';
  run.files[0].mapping = {"Inst", "Item", "Amt", "Line", "Cur", ""};
  run.warnings = {{"equal-rows", "2 rows are equal"}};
  run.retry_503 = true;
  run.program_version = "1.2.3";
  run.started_at = kNoon;
  run.ended_at = kNoon + std::chrono::milliseconds(61007);
  return run;
}

RunSummary some_summary(const std::vector<RowRecord>& rows, const std::filesystem::path& folder = {}) {
  RunInfo run = some_run();
  run.input_totals = totals_of(rows);
  RunCounts counts{11, 13, 2, kNoon + std::chrono::seconds(1), kNoon + std::chrono::seconds(60)};
  RunSummary summary = summary_of(run, {"0123456789abcdef", 9, 4}, counts);
  summary.folder = folder;
  add_up(summary, each_of(rows));
  return summary;
}

}  // namespace

TEST_CASE("summary.json says whose run it is, how it ended and when") {
  const RunSummary summary = some_summary({sent_row(1, RowStatus::kUnknown, "5")}, "/tmp/out");
  const std::string json = to_json(summary, JsonLayout::kIndented);
  for (std::string_view part :
       {"{\n  \"program\": \"usage-uploader\",\n  \"version\": \"1.2.3\",\n  \"ledger\": \"0123456789abcdef\",\n"
        "  \"ledger_run_count\": 9,\n  \"ledger_decision_count\": 4,\n  \"run\": \"2026-10-2\",\n  \"period\": "
        "\"2026-10\",\n",
        "\"endpoint\": \"https://marketplace.twilio.com\"",
        "\"account\": \"AC00000000000000000000000000000007\"",
        "\"state\": \"open\"",
        "\"stop_name\": \"max-unknown\"",
        "\"stop_reason\": \"20 requests are in doubt\"",
        "\"exit_status\": 6",
        "\"retry_503\": true",
        "\"started_at\": \"2026-10-31T12:00:00.000Z\"",
        "\"ended_at\": \"2026-10-31T12:01:01.007Z\"",
        "\"first_sent_at\": \"2026-10-31T12:00:01.000Z\"",
        "\"last_completed_at\": \"2026-10-31T12:01:00.000Z\"",
        "\"duration_seconds\": 61.007",
        "\"name\": \"usage \\\"x\\\".csv\"",
        "\"bytes\": 321",
        "\"sha256\": \"abc123\"",
        "\"delimiter\": \"\\t\"",
        "\"installation\": \"Inst\"",
        "\"billing_sid\": \"Item\"",
        "\"quantity\": \"Amt\"",
        "\"reference\": \"Line\"",
        "\"currency\": \"Cur\"",
        "\"content_digest\": \"c0ffee\"",
        "\"requests\": 11",
        "\"attempts\": 13",
        "\"retries\": 2",
        "\"name\": \"equal-rows\"",
        "\"text\": \"2 rows are equal\"",
        "\"unknown\": \"/tmp/out/unknown.csv\"",
        "\"reconciliation\": \"/tmp/out/reconciliation.csv\"",
        "\"report\": \"/tmp/out/report.html\"",
        "\"command\": \"usage-uploader resume 2026-10-2\""})
    CHECK(has(json, part));
}

TEST_CASE("all eight statuses stand in summary.json, with exact amounts as text") {
  RowRecord settled = in_currency(sent_row(2, RowStatus::kSubmitted, "0.0000001"), "EUR");
  settled.settled_by = "Ada";
  const RunSummary summary =
      some_summary({in_currency(sent_row(1, RowStatus::kSubmitted, "999999999999.999"), "EUR"), settled});
  const std::string json = to_json(summary, JsonLayout::kCompact);
  CHECK(
      has(json,
          "\"rows\":2,\"totals\":{\"submitted\":{\"rows\":2,\"currencies\":[{\"currency\":\"EUR\",\"rows\":2,"
          "\"rows_without_amount\":0,\"amount\":\"999999999999.9990001\",\"superseded_rows\":0,\"settled_rows\":1,"
          "\"settled_amount\":\"0.0000001\"}]},\"not_submitted\":{\"rows\":0,\"currencies\":[]},\"failed\":{\"rows\":0,"
          "\"currencies\":[]},\"unknown\":{\"rows\":0,\"currencies\":[]},\"duplicate\":{\"rows\":0,\"currencies\":[]},"
          "\"invalid\":{\"rows\":0,\"currencies\":[]},\"not_sent\":{\"rows\":0,\"currencies\":[]},\"left_out\":{"
          "\"rows\":0,\"currencies\":[]}},\"input_sums\":[{\"currency\":\"EUR\",\"rows\":2,\"rows_without_amount\":0,"
          "\"amount\":\"999999999999.9990001\"}],\"result_sums\":[{\"currency\":\"EUR\",\"rows\":2,"
          "\"rows_without_amount\":0,\"amount\":\"999999999999.9990001\"}],\"totals_close\":true,\"differences\":[]"));
}

TEST_CASE("a clock that was set back gives no negative duration, and a run that goes on has none") {
  RunSummary summary = some_summary({});
  summary.ended_at = summary.started_at - std::chrono::hours(1);
  CHECK(has(to_json(summary, JsonLayout::kCompact), "\"duration_seconds\":0.000"));
  summary.ended_at.reset();
  CHECK(has(to_json(summary, JsonLayout::kCompact), "\"ended_at\":null"));
  CHECK(has(to_json(summary, JsonLayout::kCompact), "\"duration_seconds\":null"));
}

TEST_CASE("people see the statuses that occur, aligned at the decimal point, and what to do next") {
  RowRecord unreadable = sent_row(4, RowStatus::kInvalid, "n/a");
  unreadable.has_amount = false;
  unreadable.currency = "EUR";
  RowRecord settled = in_currency(sent_row(3, RowStatus::kSubmitted, "7.5"), "USD");
  settled.settled_by = "Ada";
  const RunSummary summary =
      some_summary({in_currency(sent_row(1, RowStatus::kSubmitted, "1234.125"), "EUR"),
                    in_currency(sent_row(2, RowStatus::kUnknown, "20"), "EUR"), settled, unreadable},
                   "/tmp/out");
  CHECK(to_text(summary) ==
        "Run 2026-10-2 of period 2026-10 is open: 20 requests are in doubt\n"
        "Account AC00000000000000000000000000000007 at https://marketplace.twilio.com\n"
        "\n"
        "  status     rows  currency  amount\n"
        "  submitted     1  EUR       1234.125\n"
        "  submitted     1  USD          7.50   of which settled by hand: 1 row, 7.50\n"
        "  unknown       1  EUR         20.00\n"
        "  invalid       1  EUR          0.00   1 row without a readable amount\n"
        "  all           3  EUR       1254.125  1 row without a readable amount\n"
        "  all           1  USD          7.50\n"
        "\n"
        "11 requests, 13 attempts, 2 retries, 1 min 1 s\n"
        "The doubt about status 503 was waived (--retry-503).\n"
        "Warning equal-rows: 2 rows are equal\n"
        "Result files: /tmp/out\n"
        "To look at: /tmp/out/report.html\n"
        "Next: find out which unknown charges were billed, fill in usage_settle in unknown.csv, then settle them\n"
        "  usage-uploader settle 2026-10-2 --from /tmp/out/unknown.csv --by NAME --note TEXT\n"
        "Next: see what the endpoint answers (show RUN --request N) and ask Twilio before you send the rest of "
        "the open run: each resume may leave as many in doubt again\n"
        "  usage-uploader resume 2026-10-2\n"
        "Next: when the run has ended: correct failed.csv, then upload it\n"
        "  usage-uploader upload /tmp/out/failed.csv --period 2026-10\n");
}

TEST_CASE("without currencies the table has no column for them, and large counts are readable") {
  RunSummary summary = some_summary({});
  for (unsigned i = 0; i < 1234; ++i) summary.totals.add(sent_row(1, RowStatus::kSubmitted, "0.01"));
  CHECK(has(to_text(summary), "  status      rows  amount\n  submitted  1,234  12.34\n  all        1,234  12.34\n"));
}

TEST_CASE("text from the network cannot steer the screen, nor forge a line of the summary") {
  RunSummary summary = some_summary({});
  summary.stop_reason = "gone\x1b[1A\nNext: send money";
  summary.warnings = {{"w", "a\r\nNext: b"}};
  const std::string text = to_text(summary);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\nNext: send money") == std::string::npos);
  CHECK(text.find("\nNext: b") == std::string::npos);
}

TEST_CASE("totals that do not close are said at the top") {
  RunSummary summary = some_summary({sent_row(1, RowStatus::kSubmitted, "5")});
  summary.input_totals.clear();
  const std::vector<RowRecord> none;
  add_up(summary, each_of(none));
  CHECK(summary.differences.empty());
  const std::vector<RowRecord> rows = {sent_row(1, RowStatus::kSubmitted, "5")};
  add_up(summary, each_of(rows));
  CHECK(has(to_text(summary), "TOTALS DO NOT CLOSE: the input has 0 rows"));
}
