// Amounts that stood in a file with a decimal comma come back as they were written, with the sign beside them.
#include <doctest/doctest.h>

#include "result_case.h"

using namespace usage;
using namespace usage::test;

namespace {

constexpr std::string_view kOurs = "usage_row;usage_status;usage_reason;usage_next_step;";

ResultCase& with_comma(ResultCase& result, const std::vector<std::string>& records) {
  result.rows = {sent_row(1, RowStatus::kFailed, "1.50"), sent_row(2, RowStatus::kInvalid, "1.234"),
                 sent_row(3, RowStatus::kUnknown, "3.25")};
  result.rows[1].has_amount = false;
  result.input("Betrag", records, "\n", "", ';');
  result.summary.files[0].decimal_sign = DecimalSign::kComma;
  return result;
}

}  // namespace

TEST_CASE("beside original cells stands the sign that they were read with") {
  ResultCase result;
  with_comma(result, {"1,50", "1.234", "3,25"}).write();
  CHECK(result.text("failed.csv") == std::string(kOurs) +
                                         "usage_decimal_sign;usage_amount_was;Betrag\n"
                                         "u-901;failed;reason 1;upload this file;,;amount 1.50;1,50\n"
                                         "u-902;invalid;reason 2;take the row out if it is billed already or else "
                                         "correct the value and upload this file;,;unclear 1.234;1.234\n");
  CHECK(result.text("unknown.csv")
            .starts_with(std::string(kOurs) + "usage_settle;usage_decimal_sign;usage_amount_was;Betrag\n"));
  CHECK(result.text("unknown.csv").ends_with(";;,;amount 3.25;3,25\n"));
}

TEST_CASE("amounts of the reconciliation have a point, but those that nobody could read stand as they were") {
  ResultCase result;
  with_comma(result, {"1,50", "1.234", "3,25"});
  std::filesystem::remove(result.summary.files[0].spool);
  result.write();
  const std::string failed = result.text("failed.csv");
  CHECK(failed.find("upload this file;.;amount 1.50;2;XE") != std::string::npos);
  CHECK(failed.find("upload this file;,;unclear 1.234;3;XE") != std::string::npos);
  const std::string all = result.text("reconciliation.csv");
  CHECK(all.find(",usage_row,usage_decimal_sign\n") != std::string::npos);
  CHECK(all.find(",u-901,.\n") != std::string::npos);
  CHECK(all.find(",u-902,\",\"\n") != std::string::npos);
}

TEST_CASE("without a decimal comma there is no such column") {
  ResultCase result;
  with_comma(result, {"1", "2", "3"});
  result.summary.files[0].decimal_sign = DecimalSign::kPoint;
  result.write();
  for (const char* name : {"failed.csv", "unknown.csv", "reconciliation.csv"})
    CHECK(result.text(name).find("usage_decimal_sign") == std::string::npos);
}

TEST_CASE("a file of ours keeps the sign of each row, and where that is lost a person must say it") {
  ResultCase result;
  with_comma(result, {"", "", ""});
  result.input("usage_row;usage_decimal_sign;Betrag", {"u-1;,;1,50", "u-2;\".\";1.234", "u-3;;3.25"}, "\n", "", ';');
  result.summary.files[0].decimal_sign = DecimalSign::kComma;
  result.summary.files[0].mapping.usage_row = "usage_row";
  result.write();
  const std::string failed = result.text("failed.csv");
  CHECK(failed.find(";,;amount 1.50;1,50\n") != std::string::npos);
  CHECK(failed.find(";\".\";unclear 1.234;1.234\n") != std::string::npos);
  CHECK(result.text("unknown.csv").ends_with(";;amount 3.25;3.25\n"));
  CHECK(result.text("reconciliation.csv").find(",u-902,?\n") != std::string::npos);
}
