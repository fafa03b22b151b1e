#include "../../src/intake/total_line.h"

#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

IntakeOptions with_total() {
  IntakeOptions options;
  options.total_row = TotalRow::kLast;
  return options;
}

// An export of two rows, 1.5 and 2.5, with this below it.
std::string above(const std::string& below) {
  return "InstallationSid,BillingSid,Amount,Memo\n" + sid("XE", 1) + ",b,1.5,x\n" + sid("XE", 2) + ",b,2.5,y\n" + below;
}

std::string total_of(const UsageInput& input) {
  if (input.total_lines.size() != 1) return "none";
  return std::to_string(input.total_lines[0].line) + ":" + input.total_lines[0].amount.text();
}

}  // namespace

TEST_CASE("the last row is the total: left out, with its amount kept for the plan") {
  const IntakeCase files;
  const UsageInput input = files.read(above("Total,,4.0,\n"), with_total());
  CHECK(total_of(input) == "4:4.00");
  CHECK(quantities_of(input) == "1.5 2.5");
  CHECK(input.invalid.empty());
  REQUIRE(input.left_out.size() == 1);
  CHECK(input.left_out[0].reason == "by --total-row");
  CHECK(input.left_out[0].installation == "Total");
  CHECK(input.left_out[0].amount->text() == "4.00");
  CHECK(input.left_out[0].place.line == 4);
}

TEST_CASE("a total line may have another shape, and its amount another column where it is the only one") {
  const IntakeCase files;
  CHECK(total_of(files.read(above("Total,,4.0\n"), with_total())) == "4:4.00");
  CHECK(total_of(files.read(above("Total,4.0\n\n\n"), with_total())) == "4:4.00");
  CHECK(total_of(files.read(above("\"Total, all\",,,,,\"4.0\"\n"), with_total())) == "4:4.00");
  CHECK(total_of(files.read(above("2,,4.0,rows\n"), with_total())) == "4:4.00");  // the quantity's column goes first
  CHECK(files.refusal(above("Total,2,,4.0\n"), with_total()) == "total-line");
  CHECK(total_of(files.read(above("Total,,-4.0,\n"), with_total())) == "4:-4.00");
}

TEST_CASE("a footer below the total line is left out, too") {
  const IntakeCase files;
  const UsageInput input = files.read(above("Total,,4.0,\n\"Friday, accrual basis\"\n,,,page 1\n"), with_total());
  CHECK(total_of(input) == "4:4.00");
  REQUIRE(input.left_out.size() == 3);
  CHECK(input.left_out[1].place.line == 5);
  CHECK(input.left_out[1].installation == "Friday, accrual basis");
  CHECK(input.left_out[2].reason == "by --total-row: below the total line");
  CHECK(input.row_count() == 5);
}

TEST_CASE("an export without a total line is refused rather than robbed of its last charge") {
  const IntakeCase files;
  CHECK(files.refusal(above(""), with_total()) == "total-line");
  CHECK(files.refusal(above("Total,,,\n"), with_total()) == "total-line");
  CHECK(files.refusal(above("a,b,,\n"), with_total()) == "total-line");
}

TEST_CASE(
    "where the total line was cut off, a last charge that is as large as the others together is not taken for it") {
  const IntakeCase files;
  const std::string customers = "Customer,InstallationSid\nC1," + sid("XE", 1) + "\nC2," + sid("XE", 2) + "\n";
  IntakeOptions options = with_total();
  options.lookups = {{"installation", {files.file(customers, "customers.csv"), "Customer"}}};
  const std::string rows = "Customer,BillingSid,Amount\nC1,b,4.0\nC2,b,4.0\n";
  CHECK(files.refusal(rows, options) == "total-line");
  CHECK(total_of(files.read(rows + ",,8.0\n", options)) == "4:8.00");
  CHECK(total_of(files.read(rows + "Total,,8.0\n", options)) == "4:8.00");
  CHECK(files.refusal("Customer,BillingSid,Amount\nC1,b,4.0\nC2,,4.0\n", options) == "total-line");  // invalid

  IntakeOptions one_customer = with_total();
  one_customer.constants = {{"installation", sid("XE", 1)}};
  one_customer.lookups = {{"billing_sid", {files.file("Item,BillingSid\nI1,b\nI2,c\n", "items.csv"), "Item"}}};
  CHECK(files.refusal("Item,Amount\nI1,4.0\nI2,4.0\n", one_customer) == "total-line");
  CHECK(total_of(files.read("Item,Amount\nI1,4.0\nI2,4.0\nTotal,8.0\n", one_customer)) == "4:8.00");
  // A customer that the table lacks: the row is invalid, and its item says that it is a charge.
  IntakeOptions two_tables = options;
  two_tables.lookups["billing_sid"] = one_customer.lookups.at("billing_sid");
  CHECK(files.refusal("Customer,Item,Amount\nC1,I1,4.0\nNew,I1,4.0\n", two_tables) == "total-line");
  CHECK(total_of(files.read("Customer,Item,Amount\nC1,I1,4.0\nTotal,,4.0\n", two_tables)) == "3:4.00");
  one_customer.lookups.clear();
  CHECK(files.refusal("BillingSid,Amount\nBI1,4.0\n" + sid("BI", 2) + ",4.0\n", one_customer) == "total-line");
}

TEST_CASE("with a decimal comma the total is read with it") {
  const IntakeCase files;
  IntakeOptions options = with_total();
  options.decimal_sign = DecimalSign::kComma;
  const UsageInput input =
      files.read("InstallationSid;BillingSid;Amount\n" + sid("XE", 1) + ";b;1,5\nSumme;;1,50\n", options);
  CHECK(total_of(input) == "3:1.50");
  CHECK(files.refusal("InstallationSid;BillingSid;Amount\n" + sid("XE", 1) + ";b;1,5\nSumme;;1.50\n", options) ==
        "total-line");
}

TEST_CASE("where the SIDs are constants the last row is the total, too") {
  const IntakeCase files;
  IntakeOptions options = with_total();
  options.constants = {{"installation", sid("XE", 1)}, {"billing_sid", "b"}};
  const UsageInput input = files.read("Amount\n1.5\n2.5\n4\n", options);
  CHECK(quantities_of(input) == "1.5 2.5");
  CHECK(total_of(input) == "4:4.00");
}

TEST_CASE("the total line of rows in one currency has it, too; each file has its own") {
  const IntakeCase files;
  const std::string header = "InstallationSid,BillingSid,Amount,Currency\n";
  const std::vector<std::string> names = {files.file(header + sid("XE", 1) + ",b,1.5,EUR\nTotal,,1.5,\n", "a.csv"),
                                          files.file(header + sid("XE", 1) + ",c,2.5,USD\nTotal,,2.5,\n", "b.csv")};
  const UsageInput input = read_usage(names, with_total(), {});
  REQUIRE(input.total_lines.size() == 2);
  CHECK(input.total_lines[1].file == 1);
  CHECK(input.total_lines[1].amount.text() == "2.50");
  CHECK(input.currencies[input.left_out[0].currency] == "EUR");
  CHECK(input.currencies[input.left_out[1].currency] == "USD");
}

TEST_CASE("a heading among the rows, left out by a filter, does not take the currency from the total line") {
  const IntakeCase files;
  IntakeOptions options = with_total();
  options.where = {{"Status", RowFilter::Test::kEquals, "Paid"}};
  const UsageInput input = files.read("InstallationSid,BillingSid,Amount,Currency,Status\nOctober,,,,\n" +
                                          sid("XE", 1) + ",b,1.5,EUR,Paid\nTotal,,1.5,,\n",
                                      options);
  REQUIRE(input.left_out.size() == 2);
  CHECK(input.currencies[input.left_out[1].currency] == "EUR");
}

TEST_CASE("a file of ours has no total line") {
  const IntakeCase files;
  const UsageInput input =
      files.read("usage_row,InstallationSid,BillingSid,Amount\n," + sid("XE", 1) + ",b,1.5\n", with_total());
  CHECK(quantities_of(input) == "1.5");
  CHECK(input.total_lines.empty());
}
