// --grouping on a whole file.
#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string row(int number, const std::string& amount) {
  return sid("XE", number) + ";" + sid("BI", number) + ";" + amount + "\n";
}

const std::string kHeader = "InstallationSid;BillingSid;Amount\n";

IntakeOptions grouped_by(DigitGrouping grouping, DecimalSign sign = DecimalSign::kPoint) {
  IntakeOptions options;
  options.grouping = grouping;
  options.decimal_sign = sign;
  return options;
}

}  // namespace

TEST_CASE("amounts with the declared grouping sign are read, and the file says which it was") {
  const UsageInput input = IntakeCase().read(kHeader + row(1, "1.234,50") + row(2, "67,80") + row(3, "1.234.567"),
                                             grouped_by(DigitGrouping::kPoint, DecimalSign::kComma));
  CHECK(quantities_of(input) == "1234.50 67.80 1234567");
  CHECK(input.files[0].grouping == DigitGrouping::kPoint);
}

TEST_CASE("without the option, and with another, a grouping sign is a problem of its row") {
  const std::string text = kHeader + row(1, "1,234.50") + row(2, "67.80");
  for (const DigitGrouping grouping : {DigitGrouping::kNone, DigitGrouping::kSpace, DigitGrouping::kApostrophe}) {
    const UsageInput input = IntakeCase().read(text, grouped_by(grouping));
    CHECK(quantities_of(input) == "67.80");
    CHECK(problems_of(input) == "2:quantity-form");
  }
}

TEST_CASE("a negative amount, also a grouped one, is a problem that says why it cannot be sent") {
  const UsageInput input =
      IntakeCase().read(kHeader + row(1, "-1,234.50") + row(2, "67.80-"), grouped_by(DigitGrouping::kComma));
  REQUIRE(input.invalid.size() == 2);
  for (const InvalidRow& invalid : input.invalid) {
    CHECK(invalid.problems.front().reason.find("cannot take a credit") != std::string::npos);
  }
}
