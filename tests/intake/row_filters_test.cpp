#include "../../src/intake/row_filters.h"

#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

using Test = RowFilter::Test;

IntakeOptions where(std::vector<RowFilter> filters) {
  IntakeOptions options;
  options.where = std::move(filters);
  return options;
}

// Rows of amounts 1.5, 2.5, 3.5 ... with a status and a kind each.
std::string export_of(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string text = "InstallationSid,BillingSid,Amount,Status,Kind\n";
  int number = 0;
  for (const auto& [status, kind] : rows) {
    ++number;
    text +=
        sid("XE", number) + "," + sid("BI", number) + "," + std::to_string(number) + ".5," + status + "," + kind + "\n";
  }
  return text;
}

// "3.5 --where Status=Paid|..."
std::string left_out_of(const UsageInput& input) {
  std::string text;
  for (const LeftOutRow& row : input.left_out) text += (text.empty() ? "" : "|") + row.quantity + " " + row.reason;
  return text;
}

}  // namespace

TEST_CASE("a filter keeps the rows where it holds; the others are left out, with their amounts and its words") {
  const IntakeCase files;
  const UsageInput input =
      files.read(export_of({{"Paid", "a"}, {"Draft", "a"}, {"Paid", "b"}}), where({{"Status", Test::kEquals, "Paid"}}));
  CHECK(quantities_of(input) == "1.5 3.5");
  CHECK(left_out_of(input) == "2.50 by --where Status=Paid");
  CHECK(input.left_out[0].amount->text() == "2.50");
  CHECK(input.left_out[0].place.line == 3);
  CHECK(input.left_out[0].installation == sid("XE", 2));
  CHECK(warning_of(input, "where-unmatched").empty());
}

TEST_CASE("of several values for one column any is enough; different columns and != must all hold") {
  const IntakeCase files;
  const std::string text = export_of({{"Paid", "a"}, {"Sent", "a"}, {"Void", "a"}, {"Paid", "b"}, {"", "a"}});
  const UsageInput input = files.read(
      text,
      where({{"Status", Test::kEquals, "Paid"}, {"Kind", Test::kDiffers, "b"}, {"Status", Test::kEquals, "Sent"}}));
  CHECK(quantities_of(input) == "1.5 2.5");
  CHECK(left_out_of(input) ==
        "3.50 by --where Status=Paid or Status=Sent|4.50 by --where Kind!=b|5.50 by --where Status=Paid or "
        "Status=Sent");
  CHECK(quantities_of(files.read(text, where({{"Status", Test::kDiffers, ""}}))) == "1.5 2.5 3.5 4.5");
  CHECK(quantities_of(files.read(text, where({{"Status", Test::kEquals, ""}}))) == "5.5");
}

TEST_CASE("values compare as they are written; the column's name as names do") {
  const IntakeCase files;
  const UsageInput input =
      files.read(export_of({{"Paid", ""}, {"paid", ""}, {" Paid ", ""}}), where({{"sta_tus", Test::kEquals, "Paid"}}));
  CHECK(quantities_of(input) == "1.5 3.5");
}

TEST_CASE("two columns whose names differ only in case are two, each with the filters that name it") {
  const IntakeCase files;
  const std::string both = "InstallationSid,BillingSid,Amount,Status,status\n" + sid("XE", 1) + ",b,1.5,Paid,open\n" +
                           sid("XE", 2) + ",b,2.5,Paid,closed\n" + sid("XE", 3) + ",b,3.5,open,open\n";
  const IntakeOptions options = where({{"Status", Test::kEquals, "Paid"}, {"status", Test::kEquals, "open"}});
  const UsageInput input = files.read(both, options);
  CHECK(quantities_of(input) == "1.5");
  CHECK(left_out_of(input) == "2.50 by --where status=open|3.50 by --where Status=Paid");

  SUBCASE("and a file beside it that has one of them only means that one by both") {
    const std::string one = "InstallationSid,BillingSid,Amount,Status\n" + sid("XE", 4) + ",b,4.5,Paid\n" +
                            sid("XE", 5) + ",b,5.5,open\n" + sid("XE", 6) + ",b,6.5,Draft\n";
    const UsageInput together = read_usage({files.file(both, "1.csv"), files.file(one, "2.csv")}, options, {});
    CHECK(quantities_of(together) == "1.5 4.5 5.5");
    CHECK(together.left_out.back().reason == "by --where Status=Paid or status=open");
    CHECK(warning_of(together, "where-unmatched").empty());
  }
}

TEST_CASE("of two columns whose names differ only in case each is asked whether any row could count") {
  const IntakeCase files;
  const std::string text = "InstallationSid,BillingSid,Amount,Status,status\n" + sid("XE", 1) + ",b,1.5,Paid,closed\n";
  CHECK(files.refusal(text, where({{"Status", Test::kEquals, "Paid"}, {"status", Test::kEquals, "open"}})) ==
        "where-unmatched");
}

TEST_CASE("what a left-out row holds is no problem, but a row of another shape is") {
  const IntakeCase files;
  const std::string header = "InstallationSid,BillingSid,Amount,Status\n";
  const UsageInput input = files.read(
      header + "what,,1e3,Draft\n" + "x,y,-5,Draft\n" + sid("XE", 1) + ",b,Draft\n" + sid("XE", 2) + ",b,7.5,Paid\n",
      where({{"Status", Test::kEquals, "Paid"}}));
  CHECK(quantities_of(input) == "7.5");
  CHECK(left_out_of(input) == "1e3 by --where Status=Paid|-5.00 by --where Status=Paid");
  CHECK_FALSE(input.left_out[0].amount);
  CHECK(input.left_out[1].amount->text() == "-5.00");
  CHECK(problems_of(input) == "4:columns-missing");
}

TEST_CASE("a row that is too short to have a column is left out by the filter that keeps what is not empty there") {
  const IntakeCase files;
  const std::string text = "InstallationSid|BillingSid|Amount|Status\n" + sid("XE", 1) + "|b|7.5|Paid\n(1 row)\n";
  CHECK(problems_of(files.read(text)) == "3:columns-missing");
  CHECK(
      files.read(text).invalid[0].problems[0].remedy.ends_with(", or leave such lines out with --where BillingSid!="));
  const UsageInput input = files.read(text, where({{"BillingSid", Test::kDiffers, ""}}));
  CHECK(problems_of(input).empty());
  CHECK(quantities_of(input) == "7.5");
  CHECK(left_out_of(input) == " by --where BillingSid!=");
  CHECK(input.left_out[0].installation == "(1 row)");
  CHECK_FALSE(input.left_out[0].amount);
  for (const char* column : {"InstallationSid", "Amount"})  // it has the first one
    CHECK(problems_of(files.read(text, where({{column, Test::kDiffers, ""}}))).empty() == (column[0] == 'A'));
  CHECK(problems_of(files.read(text, where({{"Status", Test::kEquals, "Paid"}}))) == "3:columns-missing");
  CHECK(problems_of(files.read(text, where({{"Status", Test::kDiffers, "Draft"}}))) == "3:columns-missing");
  CHECK(problems_of(files.read(text + "\x1A", where({{"BillingSid", Test::kDiffers, ""}}))).empty());
}

TEST_CASE("no filter leaves out a short row that may be a charge, or a part of one") {
  const IntakeCase files;
  const IntakeOptions options = where({{"Status", Test::kDiffers, ""}});
  const std::string text = "Memo,InstallationSid,BillingSid,Amount,Status\nx," + sid("XE", 1) + ",b,7.5,Paid\n";
  CHECK(problems_of(files.read(text + "x," + sid("XE", 2) + ",b,8\n", options)) == "3:columns-missing");
  for (const std::string& part : {sid("XE", 2), std::string("8.00"), std::string("a half,of two lines")})
    CHECK(problems_of(files.read(text + part + "\n", options)) == "3:columns-missing");
  const UsageInput cut = files.read(text + "x,XE12", options);
  CHECK(problems_of(cut) == "3:columns-missing");
  CHECK(cut.invalid[0].problems[0].reason.ends_with("the file ends in it, and may be cut off"));
  CHECK(cut.invalid[0].problems[0].remedy.find("--where") == std::string::npos);
  CHECK(problems_of(files.read(text + "x,\"XE12\"\"\",\"y\"z\n", options)) == "3:quote-form 3:columns-missing");

  IntakeOptions looked_up = where({{"Status", Test::kDiffers, ""}});
  looked_up.lookups["installation"] = {files.file("Customer,InstallationSid\nA," + sid("XE", 1) + "\n", "table.csv"),
                                       "Customer"};
  looked_up.constants["billing_sid"] = sid("BI", 1);
  const UsageInput input = files.read("Customer,Amount,Status\nA,1,Paid\nA,2\nA\n", looked_up);
  CHECK(problems_of(input) == "3:columns-missing");
  CHECK(left_out_of(input) == " by --where Status!=");
}

TEST_CASE("a value that no row has is warned of, with what the column has; one that leaves no row is refused") {
  const IntakeCase files;
  const std::string text = export_of({{"Paid", "a"}, {"Draft", "a"}});
  const UsageInput input =
      files.read(text, where({{"Status", Test::kEquals, "Paid"}, {"Status", Test::kEquals, "Send"}}));
  CHECK(warning_of(input, "where-unmatched") == "no row has \"Send\" in column Status; the column has \"Draft\"");
  CHECK(warning_of(files.read(text, where({{"Kind", Test::kDiffers, "b"}})), "where-unmatched") ==
        "no row was left out by Kind!=b");
  CHECK(files.refusal(text, where({{"Status", Test::kEquals, "paid"}})) == "where-unmatched");
  CHECK(files.refusal(text, where({{"State", Test::kEquals, "Paid"}})) == "column-missing");
  CHECK(files.refusal(text, where({{"Status", Test::kEquals, "Paid"}, {"Status", Test::kDiffers, "Paid"}})) ==
        "where-unmatched");
}

TEST_CASE("filters that leave no row together are refused, though each of them let some through") {
  const IntakeCase files;
  const std::string text = export_of({{"Paid", "a"}, {"Draft", "b"}});
  CHECK(files.refusal(text, where({{"Status", Test::kEquals, "Paid"}, {"Kind", Test::kEquals, "b"}})) ==
        "where-unmatched");
  CHECK(files.refusal(text, where({{"Status", Test::kDiffers, "Paid"}, {"Status", Test::kDiffers, "Draft"}})) ==
        "where-unmatched");
  CHECK(quantities_of(files.read(text, where({{"Status", Test::kEquals, "Paid"}, {"Kind", Test::kEquals, "a"}}))) ==
        "1.5");
}

TEST_CASE("cells that differ from a filter's value by letter case or blanks only are warned of") {
  const IntakeCase files;
  const std::string text = export_of({{"Paid", "a"}, {"PAID", "a"}, {"Draft", "a"}, {"Draft\u00A0", "a"}, {"x", "a"}});
  const UsageInput wanted = files.read(text, where({{"Status", Test::kEquals, "Paid"}}));
  CHECK(quantities_of(wanted) == "1.5");
  CHECK(warning_of(wanted, "where-near") ==
        "1 row has in column Status what differs from \"Paid\" by letter case or blanks only, and is another value to "
        "--where (first \"PAID\")");
  const UsageInput unwanted = files.read(text, where({{"Status", Test::kDiffers, "Draft"}}));
  CHECK(quantities_of(unwanted) == "1.5 2.5 4.5 5.5");
  CHECK(warning_of(unwanted, "where-near").starts_with("1 row has in column Status what differs from \"Draft\""));
  const UsageInput both =
      files.read(text, where({{"Status", Test::kEquals, "Paid"}, {"Status", Test::kEquals, "PAID"}}));
  CHECK(quantities_of(both) == "1.5 2.5");
  CHECK(warning_of(both, "where-near").empty());
}

TEST_CASE("a filter that was given with files of ours alone is refused, as it would leave nothing out") {
  const IntakeCase t;
  const std::string own =
      "usage_row,InstallationSid,BillingSid,Amount,Region\nR-1," + sid("XE", 1) + "," + sid("BI", 1) + ",1,N\n";
  const std::string other = "InstallationSid,BillingSid,Amount,Region\n" + sid("XE", 2) + "," + sid("BI", 1) + ",2,N\n";
  IntakeOptions options = where({{"Region", Test::kEquals, "N"}});
  CHECK(quantities_of(t.read(own, options)) == "1");  // a profile's
  options.where_is_for_these_files = true;
  CHECK(t.refusal(own, options) == "where-own-file");
  CHECK(read_usage({t.file(own, "a.csv"), t.file(other, "b.csv")}, options, {}).rows.size() == 2);
}

TEST_CASE("no filter applies to a file of ours") {
  const IntakeCase files;
  const UsageInput input =
      files.read("usage_row,InstallationSid,BillingSid,Amount,Status\n,XE" + std::string(32, 'a') + ",b,7.5,Draft\n",
                 where({{"Status", Test::kEquals, "Paid"}}));
  CHECK(quantities_of(input) == "7.5");
}

TEST_CASE("an amount of 0 is a problem, or left out where that is asked for") {
  const IntakeCase files;
  const std::string text =
      "InstallationSid,BillingSid,Amount\n" + sid("XE", 1) + ",b,0.00\n" + sid("XE", 2) + ",b,0.01\n";
  CHECK(problems_of(files.read(text)) == "2:quantity-form");
  IntakeOptions options;
  options.zero = ZeroAmounts::kLeaveOut;
  const UsageInput input = files.read(text + sid("XE", 3) + ",b,\n", options);
  CHECK(quantities_of(input) == "0.01");
  CHECK(left_out_of(input) == "0.00 by --zero skip");
  CHECK(problems_of(input) == "4:quantity-empty");  // empty is not 0
}
