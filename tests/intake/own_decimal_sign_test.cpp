// A file of ours repeats original cells; which decimal sign they have stands beside them, row by row.
#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

// "AMOUNT" of each valid row, "name" of the first problem of each invalid one, in that order.
std::vector<std::string> amounts(const UsageInput& input) {
  std::vector<std::string> found;
  for (const UsageRow& row : input.rows) found.push_back(row.quantity.text());
  for (const InvalidRow& row : input.invalid) found.push_back(row.problems.front().name);
  return found;
}

std::string row(int number, const std::string& sign, const std::string& amount) {
  return "R-1-" + std::to_string(number) + ";" + sign + ";" + sid("XE", number) + ";" + sid("BI", number) + ";" +
         amount + "\n";
}

const std::string kHeader = "usage_row;usage_decimal_sign;InstallationSid;BillingSid;Amount\n";
const std::string kPlainHeader = "usage_row;usage_status;InstallationSid;BillingSid;Amount\n";

}  // namespace

TEST_CASE("each row of ours is read with the sign that stands beside it, whatever --decimal-comma says") {
  const std::string text = kHeader + row(1, ",", "1,5") + row(2, ".", "2.5") + row(3, "", "3.5");
  IntakeOptions comma;
  comma.decimal_sign = DecimalSign::kComma;
  for (const IntakeOptions& options : {IntakeOptions(), comma}) {
    const UsageInput input = IntakeCase().read(text, options);
    CHECK(amounts(input) == std::vector<std::string>{"1.5", "2.5", "3.5"});
    CHECK(input.files[0].decimal_sign == DecimalSign::kComma);
  }
}

TEST_CASE("1.234 of a decimal-comma file is never 1.234, nor is 1,5 of a plain one 1.5") {
  const UsageInput input = IntakeCase().read(kHeader + row(1, ",", "1.234") + row(2, ".", "1,5") + row(3, "", "1,5"));
  CHECK(input.rows.empty());
  CHECK(amounts(input) == std::vector<std::string>(3, "quantity-form"));
}

TEST_CASE("a sign that is none is a problem of its row, and the amount is not read") {
  const UsageInput input = IntakeCase().read(kHeader + row(1, "?", "1.5") + row(2, "komma", "1,5") + row(3, ".", "3"));
  CHECK(amounts(input) == std::vector<std::string>{"3", "decimal-sign-form", "decimal-sign-form"});
  CHECK(!input.invalid[0].amount);
  CHECK(input.files[0].decimal_sign == DecimalSign::kComma);  // so that a result file asks again
}

TEST_CASE("a file of ours without that column has plain decimals") {
  IntakeOptions comma;
  comma.decimal_sign = DecimalSign::kComma;
  const UsageInput input = IntakeCase().read(kPlainHeader + row(1, "failed", "1.5") + row(2, "failed", "1,5"), comma);
  CHECK(amounts(input) == std::vector<std::string>{"1.5", "quantity-form"});
  CHECK(input.files[0].decimal_sign == DecimalSign::kPoint);
}

TEST_CASE("an export's own column of that name means nothing, and its sign is the option's") {
  IntakeOptions comma;
  comma.decimal_sign = DecimalSign::kComma;
  const std::string text =
      "usage_decimal_sign;InstallationSid;BillingSid;Amount\n.;" + sid("XE", 1) + ";" + sid("BI", 1) + ";1,5\n";
  const UsageInput input = IntakeCase().read(text, comma);
  CHECK(amounts(input) == std::vector<std::string>{"1.5"});
  CHECK(input.files[0].decimal_sign == DecimalSign::kComma);
}

TEST_CASE("in a row out of shape nothing is read, and its sign is not taken for a point") {
  const UsageInput input = IntakeCase().read(kHeader + "R-1-1;,;" + sid("XE", 1) + ";1.234\n" + row(2, ".", "2"));
  CHECK(amounts(input) == std::vector<std::string>{"2", "columns-missing"});
  CHECK(input.files[0].decimal_sign == DecimalSign::kComma);
}

TEST_CASE("a row that is left out is read with its own sign, not with that of a row above it") {
  const std::string header =
      "line;installed_add_on_sid;billing_sid;quantity;currency;reference;status;twilio_request_id;usage_decimal_sign;"
      "usage_row\n";
  const auto reconciled = [](int number, const std::string& amount, const std::string& status, const std::string& sign,
                             const std::string& usage_row) {
    return std::to_string(number) + ";" + sid("XE", number) + ";" + sid("BI", number) + ";" + amount + ";;;" + status +
           ";;" + sign + ";" + usage_row + "\n";
  };
  const UsageInput input = IntakeCase().read(
      header + reconciled(2, "3,5", "left_out", ",", "") + reconciled(3, "1,5", "failed", ",", "R-1") +
      reconciled(4, "12.50", "left_out", ".", "") + reconciled(5, "7.5", "left_out", "?", ""));
  CHECK(amounts(input) == std::vector<std::string>{"1.5"});
  REQUIRE(input.left_out.size() == 3);
  CHECK(input.left_out[0].quantity == "3.50");
  CHECK(input.left_out[1].quantity == "12.50");
  CHECK(!input.left_out[2].amount);  // nothing is guessed
}

TEST_CASE("the column twice is refused") {
  CHECK_THROWS_AS(
      IntakeCase().read("usage_row;usage_decimal_sign;usage_decimal_sign;InstallationSid;BillingSid;Amount\nR;,;.;" +
                        sid("XE", 1) + ";" + sid("BI", 1) + ";1\n"),
      RefusedError);
}
