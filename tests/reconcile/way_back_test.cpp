// failed.csv carries what was said with options or found in tables, so that it is read again without them.
#include <doctest/doctest.h>

#include "result_case.h"
#include "usage/intake/usage_intake.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string header_of(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

const std::string kSteps = "usage_row,usage_status,usage_reason,usage_next_step,";

// Two rows whose installation was looked up by "No"; the second was not found.
ResultCase& looked_up(ResultCase& result) {
  result.rows = {sent_row(1, RowStatus::kFailed, "1.50"), sent_row(2, RowStatus::kInvalid, "2.25")};
  result.rows[1].installation = "";
  result.input("\"No\",BillingSid,Amount",
               {"\"0012\"," + result.rows[0].billing_sid + ",1.50", "0034," + result.rows[1].billing_sid + ",2.25"});
  ColumnMapping& mapping = result.summary.files[0].mapping;
  mapping.installation_key = "No";
  mapping.billing_sid = "BillingSid";
  mapping.quantity = "Amount";
  return result;
}

}  // namespace

TEST_CASE("each row says with which grouping sign its amount is written") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1234.50"), sent_row(2, RowStatus::kInvalid, "12,34")};
  result.rows[1].has_amount = false;
  result.input("A", {"\"1,234.50\"", "\"12,34\""});
  result.summary.files[0].grouping = DigitGrouping::kComma;
  result.write();
  const std::string failed = result.text("failed.csv");
  CHECK(header_of(failed) == kSteps + "usage_grouping,usage_amount_was,A");
  CHECK(failed.find("upload this file,comma,amount 1234.50,\"1,234.50\"\n") != std::string::npos);
  CHECK(failed.find("upload this file,comma,\"unclear 12,34\",\"12,34\"\n") != std::string::npos);
}

TEST_CASE("a file of ours keeps the grouping sign of each row") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1234"), sent_row(2, RowStatus::kFailed, "2")};
  result.input("usage_row,usage_grouping,A", {"u-1,comma,\"1,234\"", "u-2,,2"});
  result.summary.files[0].grouping = DigitGrouping::kComma;
  result.summary.files[0].mapping.usage_row = "usage_row";
  result.write();
  CHECK(result.text("failed.csv").find("file,comma,amount 1234,\"1,234\"\n") != std::string::npos);
  CHECK(result.text("failed.csv").ends_with("file,,amount 2,2\n"));
}

TEST_CASE("an unreadable cell of a file of ours keeps what stood there at first") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kInvalid, "1234"), sent_row(3, RowStatus::kInvalid, "-12.34"),
                 sent_row(2, RowStatus::kInvalid, "2.5")};
  result.rows[0].has_amount = false;
  result.input("usage_row,usage_amount_was,A",
               {"u-1,amount 1.234,1234", "u-3,amount 12.34,-12.34", "u-2,amount 9,2.5"});
  result.summary.files[0].mapping.usage_row = "usage_row";
  result.write();
  CHECK(result.text("failed.csv").find("file,amount 1.234,1234\n") != std::string::npos);
  CHECK(result.text("failed.csv").find("file,amount 12.34,-12.34\n") != std::string::npos);
  CHECK(result.text("failed.csv").ends_with("file,amount 2.5,2.5\n"));
}

TEST_CASE("so it does where a tool changed how our columns are written, and they have their own names again") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kInvalid, "1234")};
  result.rows[0].has_amount = false;
  result.input("Usage_Row,Usage Amount Was,A", {"u-1,amount 1.234,1234"});
  result.summary.files[0].mapping.usage_row = "Usage_Row";
  result.write();
  CHECK(header_of(result.text("failed.csv")) == kSteps + "usage_amount_was,A");
  CHECK(result.text("failed.csv").ends_with("file,amount 1.234,1234\n"));
}

TEST_CASE("what a look-up found stands beside its key as it was, and which columns they are is noted") {
  ResultCase result;
  looked_up(result).write();
  const std::string failed = result.text("failed.csv");
  CHECK(header_of(failed) == kSteps +
                                 "usage_amount_was,usage_installation,usage_installation_key,"
                                 "usage_columns:billing_sid=BillingSid;installation_key=No;quantity=Amount,"
                                 "\"No\",BillingSid,Amount");
  CHECK(failed.find(",amount 1.50," + result.rows[0].installation + ",0012,,\"0012\",") != std::string::npos);
  CHECK(failed.find(",amount 2.25,,0034,,0034,") != std::string::npos);
}

TEST_CASE("such a file is read again without any option, and once more") {
  ResultCase first;
  looked_up(first).write();
  const UsageInput again = read_usage({(first.out / "failed.csv").string()}, {}, {});
  REQUIRE(again.rows.size() == 1);
  CHECK(again.installations[again.rows[0].installation] == first.rows[0].installation);
  CHECK(again.usage_rows[0] == "u-901");
  REQUIRE(again.invalid.size() == 1);
  CHECK(again.invalid[0].problems[0].name == "installation-not-looked-up");

  ResultCase second;
  second.rows = {sent_row(1, RowStatus::kFailed, "1.50"), sent_row(2, RowStatus::kInvalid, "2.25")};
  second.rows[1].installation = "";
  second.rows[0].place = again.rows[0].place;
  second.rows[1].place = again.invalid[0].place;
  second.summary.files = again.files;
  second.write();
  CHECK(header_of(second.text("failed.csv")) == header_of(first.text("failed.csv")));
  CHECK(read_usage({(second.out / "failed.csv").string()}, {}, {}).rows.size() == 1);
}

TEST_CASE("constants stand in columns of ours, one cell a row") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1")};
  result.rows[0].currency = "CHF";
  result.input("A", {"x"});
  ColumnMapping& mapping = result.summary.files[0].mapping;
  mapping.billing_sid_constant = result.rows[0].billing_sid;
  mapping.currency_constant = "CHF";
  result.write();
  CHECK(header_of(result.text("failed.csv")) == kSteps + "usage_amount_was,usage_billing_sid,usage_currency,A");
  CHECK(result.text("failed.csv").ends_with(",amount 1," + result.rows[0].billing_sid + ",CHF,x\n"));
}

TEST_CASE("constants of a file of ours stand in its columns again") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1")};
  result.rows[0].currency = "CHF";
  result.input("usage_row,usage_currency,usage_billing_sid,A", {"u-1,chf,old,x"});
  result.summary.files[0].mapping.usage_row = "usage_row";
  result.write();
  CHECK(header_of(result.text("failed.csv")) == kSteps + "usage_amount_was,usage_billing_sid,usage_currency,A");
  CHECK(result.text("failed.csv").ends_with(",amount 1," + result.rows[0].billing_sid + ",CHF,x\n"));
}

TEST_CASE("a mapping that the header alone gives needs no note, and one that an option gave has one") {
  for (const auto& [quantity, note] : {std::pair("Amount", ""), std::pair("Net", "usage_columns:")}) {
    ResultCase result;
    result.rows = {sent_row(1, RowStatus::kFailed, "1")};
    result.input("InstallationSid,BillingSid,Amount,Net", {"x,y,1,2"});
    ColumnMapping& mapping = result.summary.files[0].mapping;
    mapping.installation = "InstallationSid";
    mapping.billing_sid = "BillingSid";
    mapping.quantity = quantity;
    result.write();
    const std::string header = header_of(result.text("failed.csv"));
    CHECK((header.find("usage_columns:") != std::string::npos) == (std::string(note) != ""));
    CHECK((header.find("quantity=Net") != std::string::npos) == (std::string(note) != ""));
  }
}

TEST_CASE("an export whose mapped column is called like one of ours is not repeated beside it") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1")};
  result.input("InstallationSid,BillingSid,Amount,Usage Currency", {"x,y,1,EUR"});
  result.summary.files[0].mapping.currency = "Usage Currency";
  result.write();
  CHECK(result.text("failed.csv").starts_with(kSteps + "usage_amount_was,line,installed_add_on_sid,"));
}
