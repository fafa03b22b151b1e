#include "usage/plan/month_comparison.h"

#include <doctest/doctest.h>

#include "plan_case.h"
#include "usage/plan/fail_on.h"

namespace usage {
namespace {

using namespace test;

InstallationSum charged(unsigned installation, std::string_view amount, std::string currency = "") {
  return {xe(installation), std::move(currency), sum(amount)};
}

MonthComparison compare(const std::vector<InstallationSum>& before, const std::vector<InstallationSum>& now,
                        const UsageInput& input, std::uint64_t thousandths = 2000) {
  const Plan plan = make_plan(input, meet_nothing(input), {});
  return compare_months("2026-09", before, now, input, plan, {thousandths});
}

std::vector<std::string> names_of_warnings(const MonthComparison& comparison) {
  std::vector<std::string> names;
  for (const Warning& warning : warnings_of(comparison)) names.push_back(warning.name);
  return names;
}

}  // namespace

TEST_CASE("installations that are new, that vanished, and that changed by more than the factor") {
  FileCase file;
  file.row(1, 1, "10").row(2, 1, "20.01").row(3, 1, "5").row(3, 2, "4.99").row(5, 1, "7").row(6, 1, "20");
  const MonthComparison found = compare(
      {charged(1, "10"), charged(2, "10"), charged(3, "20"), charged(4, "3"), charged(6, "10")}, {}, file.input);
  CHECK(found.period == "2026-09");
  CHECK(found.installations_before == 5);
  CHECK(found.installations_now == 5);
  CHECK(found.appeared == std::vector{charged(5, "7")});
  CHECK(found.vanished == std::vector{charged(4, "3")});
  CHECK(found.changed ==
        std::vector<AmountChange>{{xe(2), "", sum("10"), sum("20.01")}, {xe(3), "", sum("20"), sum("9.99")}});
  CHECK(names_of_warnings(found) ==
        std::vector<std::string>{"installations-new", "installations-vanished", "amounts-changed"});
  CHECK(warnings_of(found)[1].text.starts_with("1 installation of period 2026-09 has nothing now: "));
}

TEST_CASE("just the factor is no more than the factor, to the last decimal") {
  const auto changes = [](std::string_view before, std::string_view now, std::uint64_t thousandths) {
    return compare({charged(1, before)}, {}, FileCase().row(1, 1, now).input, thousandths).changed.size();
  };
  CHECK(changes("10", "12.5", 1250) == 0);
  CHECK(changes("10", "12.5000000000001", 1250) == 1);
  CHECK(changes("12.5", "10", 1250) == 0);
  CHECK(changes("12.5000000000001", "10", 1250) == 1);
  CHECK(changes("999999999999999", "0.000000000000001", 1'000'000) == 1);
  CHECK(changes("99999999999999999999999", "999999999999999", 1'000'000) == 1);
}

TEST_CASE("what the period has already counts with what the plan sends") {
  const MonthComparison found = compare({charged(1, "10"), charged(2, "5")}, {charged(1, "4"), charged(2, "5")},
                                        FileCase().row(1, 1, "6").input, 1001);
  CHECK(found.appeared.empty());
  CHECK(found.vanished.empty());
  CHECK(found.changed.empty());
  CHECK(warnings_of(found).empty());
}

TEST_CASE("another spelling of an installation is the same, another currency is not") {
  UsageInput input = FileCase().row(1, 1, "6", "", "", "EUR").input;
  const std::string upper = "XE" + std::string(30, 'A') + "01";
  input.installations[0] = "XE" + std::string(30, 'a') + "01";
  const MonthComparison found = compare({{upper, "EUR", sum("6")}, {upper, "USD", sum("6")}}, {}, input);
  CHECK(found.installations_before == 1);
  CHECK(found.installations_now == 1);
  CHECK(found.appeared.empty());
  CHECK(found.vanished.empty());
  CHECK(found.changed == std::vector<AmountChange>{{upper, "USD", sum("6"), sum("0")}});
}

TEST_CASE("an installation that changes its currency has changed; a new one counts once, however many it has") {
  FileCase file;
  file.row(1, 1, "6", "", "", "EUR").row(2, 1, "1", "", "", "EUR").row(2, 2, "1", "", "", "USD");
  const MonthComparison found = compare({charged(1, "5")}, {}, file.input);
  CHECK(found.changed ==
        std::vector<AmountChange>{{xe(1), "EUR", sum("0"), sum("6")}, {xe(1), "", sum("5"), sum("0")}});
  const auto warnings = warnings_of(found);
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].text.starts_with("1 installation had nothing in period 2026-09: "));
  CHECK(warnings[1].text.starts_with("1 installation changed by more than 2 times since period 2026-09: "));
}

TEST_CASE("an installation whose rows cannot be sent has not vanished") {
  FileCase file;
  file.row(1, 1, "5").invalid_row(2);
  CHECK(compare({charged(1, "5"), charged(2, "5"), charged(3, "5")}, {}, file.input).vanished ==
        std::vector{charged(3, "5")});
}

TEST_CASE("a warning names the first five, and counts the rest") {
  FileCase file;
  for (unsigned i = 1; i <= 7; ++i) file.row(i, 1, "1.5");
  const auto warnings = warnings_of(compare({charged(1, "1.5")}, {}, file.input));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].text.starts_with("6 installations had nothing in period 2026-09: " + xe(2) + " (1.50), "));
  CHECK(warnings[0].text.ends_with(xe(6) + " (1.50), and 1 more (upload --dry-run --json lists all)"));
}

TEST_CASE("the count of the rest has thousands separators, as the other counts have") {
  FileCase file;
  for (unsigned i = 1; i <= 1240; ++i) file.row(i, 1, "1.5");
  const auto warnings = warnings_of(compare({charged(1, "1.5")}, {}, file.input));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].text.starts_with("1,239 installations had nothing"));
  CHECK(warnings[0].text.ends_with(", and 1,234 more (upload --dry-run --json lists all)"));
}

TEST_CASE("a factor shows as it was given") {
  CHECK(ChangeFactor{2000}.text() == "2");
  CHECK(ChangeFactor{1250}.text() == "1.25");
  CHECK(ChangeFactor{1001}.text() == "1.001");
  CHECK(ChangeFactor{1'000'000}.text() == "1000");
}

TEST_CASE("a warning that was named refuses, another one does not") {
  const std::vector<Warning> warnings = {{"equal-rows", "two"}, {"amounts-changed", "by much"}};
  CHECK(refuse_warnings(warnings, {}).empty());
  CHECK(refuse_warnings(warnings, {"installations-new"}).empty());
  const auto refusals = refuse_warnings(warnings, {"installations-new", "amounts-changed"});
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].name == "warning-refused");
  CHECK(refusals[0].text == "amounts-changed (--fail-on): by much");
  CHECK(refuse_warnings(warnings, {"amounts-changed", "equal-rows"}).size() == 2);
}

TEST_CASE("who refuses an earlier period's total refuses its very rows, too") {
  const std::vector<Warning> warnings = {{"same-content-earlier", "as run 2026-09-1"}};
  const auto refusals = refuse_warnings(warnings, {"same-total-earlier"});
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].text == "same-content-earlier (--fail-on same-total-earlier): as run 2026-09-1");
  CHECK(refusals[0].remedy.find("leave same-total-earlier out of --fail-on") != std::string::npos);
  CHECK(refuse_warnings({{"same-total-earlier", "as run 2026-09-1"}}, {"same-content-earlier"}).empty());
}

}  // namespace usage
