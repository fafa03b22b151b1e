#include "usage/plan/total_lines.h"

#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/overview.h"

using namespace usage;
using namespace usage::test;

namespace {

using Agreement = TotalLineCheck::Agreement;

// Two rows of 12.50 and 7.25, one left out of -3.00, and a total line below them.
UsageInput rows_and_total(std::string_view total, std::optional<Amount> left_out = sum("-3.00")) {
  UsageInput input = FileCase().row(1, 1, "12.50", "", "", "EUR").row(2, 1, "7.25", "", "", "EUR").input;
  LeftOutRow row;
  row.place = {400, 90, 4};
  row.currency = input.rows[0].currency;
  row.amount = left_out;
  row.quantity = "as it stands there";
  row.reason = "by --where Status=Paid";
  input.left_out.push_back(row);
  row.place = {500, 90, 5};
  row.amount = sum(total);
  row.reason = "by --total-row";
  input.left_out.push_back(row);
  input.total_lines.push_back({0, 5, sum(total)});
  return input;
}

TotalLineCheck only_check(const UsageInput& input) {
  const auto checks = check_total_lines(input);
  REQUIRE(checks.size() == 1);
  return checks[0];
}

}  // namespace

TEST_CASE("a total agrees with all rows above it, or with those that count") {
  const TotalLineCheck all = only_check(rows_and_total("16.75"));
  CHECK(all.agreement == Agreement::kAllRows);
  CHECK(all.rows == 3);
  CHECK(all.currency == "EUR");
  const TotalLineCheck counted = only_check(rows_and_total("19.75"));
  CHECK(counted.agreement == Agreement::kRowsThatCount);
  CHECK(counted.rows == 2);
}

TEST_CASE("a total that differs by the last decimal refuses the plan, and says by how much") {
  const UsageInput input = rows_and_total("19.751");
  CHECK(only_check(input).difference ==
        "the rows that count add up to 19.75 (a difference of -0.001), all rows above it to 16.75");
  const Plan plan = make_plan(input, meet_nothing(input), {});
  REQUIRE(plan.refusals.size() == 1);
  CHECK(plan.refusals[0].name == "total-line");
  CHECK(plan.refusals[0].text.find("line 5 says 19.751, but the rows that count add up to 19.75") != std::string::npos);
}

TEST_CASE("a total that agrees lets the plan go") {
  const UsageInput input = rows_and_total("16.75");
  const Plan plan = make_plan(input, meet_nothing(input), {});
  CHECK(plan.refusals.empty());
  CHECK(plan.requests.size() == 2);
}

TEST_CASE("where an amount cannot be read no sum of all rows is claimed") {
  CHECK(only_check(rows_and_total("19.75", std::nullopt)).agreement == Agreement::kRowsThatCount);
  const TotalLineCheck none = only_check(rows_and_total("16.75", std::nullopt));
  CHECK(none.agreement == Agreement::kNone);
  CHECK(none.difference.find("1 amount of them cannot be read") != std::string::npos);
}

TEST_CASE("a heading or a ruler among the rows is no part of the sums, nor does it have a currency of its own") {
  UsageInput input = rows_and_total("16.75");
  LeftOutRow ruler;
  ruler.place = {50, 10, 2};
  ruler.reason = "by --where Status=Paid";
  input.left_out.insert(input.left_out.begin(), ruler);
  const TotalLineCheck check = only_check(input);
  CHECK(check.agreement == Agreement::kAllRows);
  CHECK(check.rows == 3);
  CHECK(check.currency == "EUR");
}

TEST_CASE("an invalid row counts: a credit in it is part of the total") {
  UsageInput input = FileCase().row(1, 1, "12.50").invalid_row(2).input;
  input.invalid[0].amount = sum("-2.50");
  input.total_lines.push_back({0, 9, sum("10")});
  CHECK(only_check(input).agreement == Agreement::kAllRows);
}

TEST_CASE("rows below the total line, and of other files, are not part of it") {
  UsageInput input = FileCase().row(1, 1, "12.50").row(1, 2, "99").row(1, 3, "98").input;
  input.rows[1].file = 1;
  input.rows[2].place.line = 77;
  input.total_lines.push_back({0, 9, sum("12.5")});
  CHECK(only_check(input).agreement == Agreement::kAllRows);
}

TEST_CASE("no single total covers several currencies") {
  UsageInput input = FileCase().row(1, 1, "1", "", "", "EUR").row(1, 2, "2", "", "", "USD").input;
  input.total_lines.push_back({0, 9, sum("3")});
  CHECK(only_check(input).difference == "the file has several currencies, which no single total can cover");
}

TEST_CASE("what is left out stands in the overview by reason and currency") {
  const UsageInput input = rows_and_total("16.75", std::nullopt);
  const PlanOverview overview = overview_of(input, make_plan(input, meet_nothing(input), {}));
  REQUIRE(overview.left_out_by.size() == 2);
  CHECK(overview.left_out_by[0].reason == "by --total-row");
  CHECK(overview.left_out_by[0].sum == RowsAndAmount{1, sum("16.75")});
  CHECK(overview.left_out_by[1].reason == "by --where Status=Paid");
  CHECK(overview.left_out_by[1].unreadable == 1);
  CHECK(overview.left_out_by[1].currency == "EUR");
}
