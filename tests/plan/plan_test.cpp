#include "usage/plan/plan.h"

#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/overview.h"
#include "usage/plan/period_warnings.h"

namespace usage {
namespace {

using namespace test;
using Names = std::vector<std::string>;

Plan plan_of(const UsageInput& input, const PlanOptions& options = {}) {
  return make_plan(input, meet_nothing(input), options);
}

Plan plan_against(UsageInput& input, const KnownCase& known, const PlanOptions& options = {}) {
  Meeting meeting = meet_ledger(input, known.view());
  return make_plan(input, std::move(meeting), options);
}

// Each row as it would be recorded: "line status role request/position charge".
std::vector<std::string> recorded(const UsageInput& input, const Plan& plan) {
  const std::vector<std::string> roles = {"none", "new", "takes", "meets"};
  std::vector<std::string> rows;
  each_planned_row(input, plan, [&](const NewRow& row) {
    rows.push_back(std::to_string(row.place.line) + " " + std::string(name_of(row.status)) + " " +
                   roles[static_cast<std::size_t>(row.role)] + " " + std::to_string(row.request) + "/" +
                   std::to_string(row.position) + " " + std::to_string(row.charge));
  });
  return rows;
}

}  // namespace

TEST_CASE("requests are numbered in order of first appearance, and rows know their place in them") {
  FileCase file;
  file.row(2, 1, "1.00").row(1, 1, "2.00").row(2, 2, "3.00");
  CHECK(recorded(file.input, plan_of(file.input)) ==
        Names{"2 not_sent new 1/0 0", "3 not_sent new 2/0 0", "4 not_sent new 1/1 0"});
}

TEST_CASE("what met a charge that is not sent is in no request, what takes a place is") {
  FileCase file;
  file.row(1, 1, "5.00").row(1, 2, "6.00").row(1, 3, "7.00").row(2, 1, "5.00");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted).charge(1, 2, "6.00", RowStatus::kUnknown);
  known.charge(1, 3, "7.00", RowStatus::kFailed);
  const Plan plan = plan_against(file.input, known);
  CHECK(plan.refusals.empty());
  CHECK(recorded(file.input, plan) ==
        Names{"2 duplicate meets 0/0 1", "3 unknown meets 0/0 2", "4 not_sent takes 1/0 3", "5 not_sent new 2/0 0"});
  const PlanOverview overview = overview_of(file.input, plan);
  CHECK(overview.duplicate == 1);
  CHECK(overview.in_doubt == 1);
  CHECK(overview.again == 1);
  CHECK(overview.held_back == 0);
  CHECK(overview.sent.at("") == RowsAndAmount{2, sum("12.00")});
}

TEST_CASE("an installation all of whose rows are duplicates gets no request") {
  FileCase file;
  file.row(1, 1, "5.00").row(2, 1, "6.00");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted);
  const Plan plan = plan_against(file.input, known);
  CHECK(plan.requests.size() == 1);
  CHECK(plan.requests[0].installation == 1);
}

TEST_CASE("additional charges are refused without their exact number and sum") {
  FileCase file;
  file.row(1, 1, "5.50").row(1, 1, "0.75").row(2, 1, "1.00");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted);
  const auto refusals = [&](std::uint64_t rows, std::string_view amount) {
    PlanOptions options;
    options.allow_additional[""] = {rows, sum(amount)};
    return names_of(plan_against(file.input, known, options).refusals);
  };
  const Plan refused = plan_against(file.input, known);
  CHECK(names_of(refused.refusals) == Names{"additional-charges"});
  CHECK(refused.refusals[0].remedy.find("--allow-additional 2:6.25") != std::string::npos);
  CHECK(refused.refusals[0].text.find("line 2") != std::string::npos);
  CHECK(refusals(2, "6.25").empty());
  CHECK(refusals(1, "6.25") == Names{"additional-charges"});
  CHECK(refusals(2, "6.24") == Names{"additional-charges"});
  CHECK(refusals(3, "7.25") == Names{"additional-charges"});
}

TEST_CASE("an allowance where nothing is additional is refused too") {
  FileCase file;
  file.row(1, 1, "5.50");
  PlanOptions options;
  options.allow_additional[""] = {1, sum("5.50")};
  CHECK(names_of(plan_of(file.input, options).refusals) == Names{"additional-charges"});
}

TEST_CASE("additional charges are counted by currency") {
  FileCase file;
  file.row(1, 1, "5.50", "", "", "USD").row(1, 1, "3.00", "", "", "EUR");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted);
  PlanOptions options;
  options.allow_additional["USD"] = {1, sum("5.50")};
  CHECK(names_of(plan_against(file.input, known, options).refusals) == Names{"additional-charges"});
  options.allow_additional["EUR"] = {1, sum("3")};
  CHECK(plan_against(file.input, known, options).refusals.empty());
}

TEST_CASE("any invalid row refuses the file, or holds back its installation") {
  FileCase file;
  file.row(1, 1, "5.00").invalid_row(1).row(2, 1, "6.00");
  CHECK(names_of(plan_of(file.input).refusals) == Names{"invalid-rows"});
  PlanOptions skip;
  skip.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = plan_of(file.input, skip);
  CHECK(plan.refusals.empty());
  CHECK(recorded(file.input, plan) == Names{"2 not_sent new 0/0 0", "3 invalid none 0/0 0", "4 not_sent new 1/0 0"});
}

TEST_CASE("a conflict with the ledger is an invalid row that keeps its charge, and holds back its installation") {
  FileCase file;
  file.row(1, 1, "5.55", "L1").row(1, 2, "1.00").row(2, 1, "6.00");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted, 1, "L1");
  UsageInput copy = file.input;
  CHECK(names_of(plan_against(copy, known).refusals) == Names{"invalid-rows"});
  PlanOptions skip;
  skip.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = plan_against(file.input, known, skip);
  CHECK(recorded(file.input, plan) == Names{"2 invalid meets 0/0 1", "3 not_sent new 0/0 0", "4 not_sent new 1/0 0"});
}

TEST_CASE("a held-back additional row is not owed until somebody allows it, and needs no allowance") {
  FileCase file;
  file.row(1, 1, "5.50").row(1, 2, "2.00").invalid_row(1);
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted).charge(1, 2, "2.00", RowStatus::kFailed);
  PlanOptions skip;
  skip.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = plan_against(file.input, known, skip);
  CHECK(plan.refusals.empty());
  CHECK(recorded(file.input, plan) == Names{"2 not_sent none 0/0 0", "3 not_sent takes 0/0 2", "4 invalid none 0/0 0"});
}

TEST_CASE(
    "a held-back additional row that was to take a charge's place keeps its name, and leaves the charge where it is") {
  FileCase file;
  file.row(1, 1, "5.00", "L1").invalid_row(1);
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kFailed, 1, "L1").charge(1, 1, "6.00", RowStatus::kSubmitted, 2, "L2");
  PlanOptions skip;
  skip.on_invalid = OnInvalid::kHoldBack;
  const Plan plan = plan_against(file.input, known, skip);
  CHECK(recorded(file.input, plan) == Names{"2 not_sent meets 0/0 1", "3 invalid none 0/0 0"});
  std::vector<std::string> reasons;
  each_planned_row(file.input, plan, [&](const NewRow& row) { reasons.emplace_back(row.reason); });
  CHECK(
      reasons.at(0).starts_with("held back: line 3 of the same installation is invalid; additional: beside 6.00 with "
                                "the reference L2, submitted"));
}

TEST_CASE("control totals count every row but those left out, duplicates too") {
  FileCase file;
  file.row(1, 1, "5.00").row(2, 1, "6.25");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted);
  const auto refusals = [&](std::uint64_t rows, std::string_view amount) {
    PlanOptions options;
    options.expected.rows = rows;
    options.expected.amounts[""] = sum(amount);
    return names_of(plan_against(file.input, known, options).refusals);
  };
  CHECK(refusals(2, "11.25").empty());
  CHECK(refusals(1, "11.25") == Names{"control-rows"});
  CHECK(refusals(2, "11.2500000000001") == Names{"control-total"});
}

TEST_CASE("one control total for several currencies is refused, as is a currency without one") {
  FileCase file;
  file.row(1, 1, "5.00", "", "", "USD").row(2, 1, "6.00", "", "", "EUR");
  PlanOptions options;
  options.expected.amounts[""] = sum("11.00");
  CHECK(names_of(plan_of(file.input, options).refusals) == Names{"control-total"});
  options.expected.amounts = {{"USD", sum("5")}};
  CHECK(names_of(plan_of(file.input, options).refusals) == Names{"control-total"});
  options.expected.amounts = {{"USD", sum("5")}, {"EUR", sum("6")}};
  CHECK(plan_of(file.input, options).refusals.empty());
  options.expected.amounts["EUR"] = sum("6.50");
  const Plan differs = plan_of(file.input, options);
  REQUIRE(differs.refusals.size() == 1);
  CHECK(differs.refusals[0].text ==
        "the control total says 6.50 EUR, the file adds up to 6.00 EUR (a difference of -0.50)");
  file.invalid_row(3);
  options.on_invalid = OnInvalid::kHoldBack;
  CHECK(plan_of(file.input, options).refusals.at(0).text ==
        "the control total says 6.50 EUR, the file adds up to 6.00 EUR (a difference of -0.50; 1 row has no readable "
        "amount)");
}

TEST_CASE("where rows have a currency and others have none, each has its control total and its allowance") {
  FileCase file;
  file.row(1, 1, "5.50", "", "", "USD").row(1, 1, "3.00");
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted);
  PlanOptions options;
  options.expected.amounts = {{"", sum("3")}, {"USD", sum("5.50")}};
  options.allow_additional = {{"", {1, sum("3")}}, {"USD", {1, sum("5.50")}}};
  CHECK(plan_against(file.input, known, options).refusals.empty());
  options.expected.amounts[""] = sum("5.50");
  CHECK(names_of(plan_against(file.input, known, options).refusals) == Names{"control-total"});
  options.expected.amounts = {{"", sum("8.50")}};
  const Plan alone = plan_against(file.input, known, options);
  REQUIRE(names_of(alone.refusals) == Names{"control-total"});
  CHECK(alone.refusals[0].remedy.find("--expect-total AMOUNT for the rows that have none") != std::string::npos);
}

TEST_CASE("totals by planned status add up to the file") {
  FileCase file;
  file.row(1, 1, "5.00").row(1, 2, "6.00").row(2, 1, "7.00").invalid_row(3);
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted).charge(1, 2, "6.00", RowStatus::kUnknown);
  const Plan plan = plan_against(file.input, known);
  std::vector<std::string> lines;
  for (const Total& total : plan.totals)
    lines.push_back(std::string(name_of(total.status)) + " " + std::to_string(total.rows) + " " + total.amount.text() +
                    " " + std::to_string(total.rows_without_amount));
  CHECK(lines == Names{"unknown 1 6.00 0", "duplicate 1 5.00 0", "invalid 1 0.00 1", "not_sent 1 7.00 0"});
}

TEST_CASE("the planned rows, counted by the requests that hold them, come to the plan's totals") {
  FileCase file;
  file.row(1, 1, "5.00")
      .row(2, 1, "6.00", "", "", "EUR")
      .row(1, 2, "7.00")
      .row(3, 1, "8.00")
      .row(4, 1, "1.00")
      .invalid_row(3);
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted).charge(2, 1, "6.00", RowStatus::kUnknown);
  PlanOptions options;
  options.on_invalid = OnInvalid::kHoldBack;
  Plan plan = make_plan(file.input, meet_ledger(file.input, known.view()), options);
  CHECK(totals_of_planned_rows(file.input, plan) == plan.totals);
  plan.requests = batch({}, 0);
  CHECK(totals_of_planned_rows(file.input, plan) != plan.totals);
}

TEST_CASE("the largest are listed by amount, equal ones as their installation first appears in any currency") {
  FileCase file;
  file.row(5, 1, "9.00", "", "", "EUR").row(6, 1, "4.00").row(5, 1, "4.00").row(7, 1, "4.00").row(7, 2, "0.50");
  const PlanOverview overview = overview_of(file.input, plan_of(file.input));
  REQUIRE(overview.currencies.size() == 2);
  const auto& largest = overview.currencies[0].largest;
  REQUIRE(largest.size() == 3);
  CHECK(largest[0] == InstallationAmount{xe(7), 2, sum("4.50")});
  CHECK(largest[1] == InstallationAmount{xe(5), 1, sum("4.00")});
  CHECK(largest[2] == InstallationAmount{xe(6), 1, sum("4.00")});
  CHECK(overview.currencies[0].smallest.installation == xe(5));
  CHECK(overview.currencies[1].largest == std::vector{InstallationAmount{xe(5), 1, sum("9.00")}});
}

TEST_CASE("an installation counts once, however many requests it takes") {
  FileCase file;
  file.row(5, 1, "1.00").row(6, 1, "2.00").row(5, 2, "3.00").row(5, 3, "4.00");
  PlanOptions options;
  options.max_items = 1;
  const PlanOverview overview = overview_of(file.input, plan_of(file.input, options));
  CHECK(overview.requests == 4);
  CHECK(overview.installations == 2);
  CHECK(overview.items == 4);
}

TEST_CASE("the digest is that of the content: any change of a row's meaning changes it, the file's form does not") {
  const auto digest = [](const FileCase& file) { return digest_of_content(file.input); };
  const std::string base = digest(FileCase().row(1, 1, "5.00", "L1"));
  CHECK(digest(FileCase().row(1, 1, "5.0", "L1")) == base);
  CHECK(digest(FileCase().row(1, 1, "5.01", "L1")) != base);
  CHECK(digest(FileCase().row(1, 2, "5.00", "L1")) != base);
  CHECK(digest(FileCase().row(2, 1, "5.00", "L1")) != base);
  CHECK(digest(FileCase().row(1, 1, "5.00", "L2")) != base);
  CHECK(digest(FileCase().row(1, 1, "5.00")) != base);
  CHECK(digest(FileCase().row(1, 1, "5.00", "L1", "R-1")) != base);
  CHECK(digest(FileCase().row(1, 1, "5.00", "L1", "", "EUR")) != base);
  CHECK(digest(FileCase().row(1, 1, "5.00", "L1").row(1, 1, "5.00")) != base);
}

TEST_CASE("the digest of a content stays what it was in every ledger that holds it") {
  FileCase file;
  file.row(1, 1, "5.0", "L1").row(2, 7, "0.1250", "", "R-3", "EUR").row(1, 2, "12").invalid_row(3);
  CHECK(digest_of_content(file.input) == "4c809fed78c287b8cbe82556b23a16d3d30fc907f27ad6822db335a029a32368");
}

TEST_CASE("the digest is taken before conflicts leave the valid rows") {
  FileCase file;
  file.row(1, 1, "5.55", "L1");
  const std::string before = digest_of_content(file.input);
  KnownCase known;
  known.charge(1, 1, "5.00", RowStatus::kSubmitted, 1, "L1");
  CHECK(plan_against(file.input, known).meeting.content_digest == before);
  CHECK(digest_of_content(file.input) != before);
}

TEST_CASE("an installation of another account or endpoint is warned of, but for rehearsals elsewhere") {
  const Scope here{"https://marketplace.example", "AC1", "2026-10"};
  const Scope other_account{here.endpoint, "AC2", "2026-09"};
  const Scope other_endpoint{"https://alias.example", "AC1", "2026-10"};
  const auto text_for = [](const Scope& scope, const std::vector<std::vector<Scope>>& known) {
    const std::vector<Warning> warnings = warnings_of_other_accounts(scope, known);
    return warnings.empty() ? std::string() : warnings.at(0).name + ": " + warnings.at(0).text;
  };
  CHECK(text_for(here, {{here}, {}, {here, other_account}, {other_account}, {other_account}})
            .starts_with("installations-elsewhere: 2 installations were charged for another account or endpoint, or "
                         "still to be, one in period 2026-09 for account AC2 at marketplace.example"));
  CHECK(text_for(here, {{other_endpoint}}).find("1 installation was charged") != std::string::npos);
  CHECK(text_for(here, {{other_endpoint}}).find(", and is now to be billed") != std::string::npos);
  CHECK(text_for(here, {{here}, {}}).empty());
  for (const char* loopback :
       {"http://127.0.0.1:8080", "https://localhost:1", "https://127.0.0.1:2", "https://[::1]:3"}) {
    CAPTURE(loopback);
    const Scope rehearsal{loopback, "AC1", "2026-10"};
    CHECK(text_for(here, {{rehearsal}}).empty());
    CHECK(text_for(rehearsal, {{here}}).empty());
    CHECK(!text_for(rehearsal, {{{loopback, "AC2", "2026-10"}}}).empty());
  }
}

TEST_CASE("another period's same content, same total and open charges are warned of") {
  FileCase file;
  file.row(1, 1, "5.00");
  const Plan plan = plan_of(file.input);
  RunInfo september;
  september.name = "2026-09-1";
  september.scope = {kOctober.endpoint, kOctober.account, "2026-09"};
  september.input_totals = plan.totals;
  september.content_digest = plan.meeting.content_digest;
  const auto names = [&](const RunInfo& run, const std::vector<OpenCharges>& open = {}) {
    Names list;
    for (const Warning& w : warnings_of_other_periods(kOctober, plan.meeting.content_digest, plan.totals, {run}, open))
      list.push_back(w.name);
    return list;
  };
  CHECK(names(september) == Names{"same-content-earlier"});
  RunInfo other_content = september;
  other_content.content_digest = "another";
  CHECK(names(other_content) == Names{"same-total-earlier"});
  RunInfo left_out_beside = other_content;
  left_out_beside.input_totals.push_back({RowStatus::kLeftOut, "", 7, 0, Amount::from_units(9)});
  CHECK(names(left_out_beside) == Names{"same-total-earlier"});
  RunInfo left_out = other_content;
  left_out.input_totals[0].status = RowStatus::kLeftOut;
  CHECK(names(left_out).empty());
  CHECK(warnings_of_other_periods(kOctober, "a third", left_out.input_totals, {left_out}, {}).empty());
  other_content.input_totals[0].rows = 2;
  CHECK(names(other_content).empty());
  RunInfo other_account = september;
  other_account.scope.account = "AC8";
  CHECK(names(other_account).empty());
  RunInfo same_period = september;
  same_period.scope.period = "2026-10";
  CHECK(names(same_period).empty());
  CHECK(names(same_period,
              {{"2026-09", RowStatus::kUnknown, "", 2, sum("3")}, {"2026-09", RowStatus::kFailed, "", 1, sum("4")}}) ==
        Names{"unknown-left-earlier", "unbilled-left-earlier"});
}

}  // namespace usage
