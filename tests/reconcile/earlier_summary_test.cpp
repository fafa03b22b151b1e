#include "usage/reconcile/earlier_summary.h"

#include <doctest/doctest.h>

#include "result_case.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string written() {
  ResultCase result;
  result.summary.content_digest = "d1ge5t";
  result.rows = {sent_row(1, RowStatus::kSubmitted, "1.25"), sent_row(2, RowStatus::kUnknown, "2.5"),
                 sent_row(3, RowStatus::kSubmitted, "4"), sent_row(4, RowStatus::kInvalid, "x")};
  result.rows[2].currency = "EUR";
  result.rows[3].has_amount = false;
  result.write();
  return result.text("summary.json");
}

Amount amount(std::string_view text) {
  return std::get<Amount>(Amount::parse(text));
}

}  // namespace

TEST_CASE("what was written into summary.json is read from it again") {
  const auto summary = read_summary(written());
  REQUIRE(summary);
  CHECK(summary->ledger == "0123456789abcdef");
  CHECK(summary->run_count == 4);
  CHECK(summary->run == "2026-10-3");
  CHECK(summary->state == "finished");
  CHECK(summary->scope.endpoint == "https://marketplace.twilio.com");
  CHECK(summary->scope.account == "AC" + hex32(1));
  CHECK(summary->scope.period == "2026-10");
  CHECK(summary->started_at == "2026-10-31T12:00:00.000Z");
  CHECK(summary->content_digest == "d1ge5t");
  CHECK(summary->totals == std::vector<Total>{{RowStatus::kSubmitted, "", 1, 0, amount("1.25")},
                                              {RowStatus::kSubmitted, "EUR", 1, 0, amount("4")},
                                              {RowStatus::kUnknown, "", 1, 0, amount("2.5")},
                                              {RowStatus::kInvalid, "", 1, 1, amount("0")}});
}

TEST_CASE("it is known of a run and of a whole period whether anything was still to be sent") {
  const auto has_open_run = [](SummaryState state, SummaryState of_run, const char* warning = nullptr) {
    ResultCase result;
    if (warning != nullptr) result.summary.warnings = {{warning, "a program is at it"}};
    result.summary.state = state;
    result.summary.input_totals = {{RowStatus::kNotSent, "", 1, 0, amount("1")}};
    if (state == SummaryState::kPeriod) {
      result.summary.origins = {{"2026-10-3", of_run}};
      result.summary.runs.resize(1);
      result.summary.runs[0].name = "2026-10-3";
      result.summary.runs[0].state = of_run == SummaryState::kOpen ? RunState::kOpen : RunState::kAbandoned;
    }
    result.rows = {sent_row(1, RowStatus::kNotSent, "1")};
    result.write();
    const EarlierSummary read = read_summary(result.text("summary.json")).value();
    CHECK(read.runs ==
          (state == SummaryState::kPeriod ? std::vector<std::string>{"2026-10-3"} : std::vector<std::string>()));
    CHECK(read.open_runs.size() == (state == SummaryState::kPeriod && of_run == SummaryState::kOpen ? 1 : 0));
    return read.has_open_run;
  };
  CHECK(has_open_run(SummaryState::kOpen, SummaryState::kOpen));
  CHECK(!has_open_run(SummaryState::kFinished, SummaryState::kFinished));
  CHECK(!has_open_run(SummaryState::kAbandoned, SummaryState::kAbandoned));
  CHECK(has_open_run(SummaryState::kPeriod, SummaryState::kOpen));
  CHECK(has_open_run(SummaryState::kPeriod, SummaryState::kOpen, "run-under-way"));  // whose next step is to wait
  CHECK(!has_open_run(SummaryState::kPeriod, SummaryState::kAbandoned));
}

TEST_CASE("a text that is not laid out as ours is none of ours") {
  const std::string text = written();
  CHECK(!read_summary(""));
  CHECK(!read_summary("{}"));
  for (std::string_view gone :
       {"  \"totals\"", "  \"ledger_run_count\"", "  \"period\"", "  \"started_at\"", "\"1.25\""}) {
    CAPTURE(gone);
    std::string broken = text;
    broken.replace(broken.find(gone), gone.size(), "  \"x\"");
    CHECK(!read_summary(broken));
  }
  const std::size_t end_of_totals = text.rfind(']', text.find("\"input_sums\""));
  for (std::size_t cut = 0; cut < end_of_totals; ++cut) CHECK(!read_summary(text.substr(0, cut)));
}
