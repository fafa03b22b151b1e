// Files that say something else than is read, perhaps.
#include "../../src/intake/reading_doubts.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

const std::string kHeader = "InstallationSid;BillingSid;Amount\n";

// Each amount of an installation of its own.
std::string amounts(const std::vector<std::string>& texts) {
  std::string file = kHeader;
  int number = 0;
  for (const std::string& text : texts) file += sid("XE", ++number) + ";" + sid("BI", 1) + ";" + text + "\n";
  return file;
}

struct Row {
  int installation = 0;
  std::string amount;
};

std::string rows(const std::vector<Row>& all) {
  std::string file = kHeader;
  int number = 0;
  for (const Row& row : all) file += sid("XE", row.installation) + ";" + sid("BI", ++number) + ";" + row.amount + "\n";
  return file;
}

std::string doubt(const std::string& text, const IntakeOptions& options = {}) {
  return warning_of(IntakeCase().read(text, options), "decimal-sign-doubtful");
}

std::string subtotals(const std::vector<Row>& all) {
  return warning_of(IntakeCase().read(rows(all)), "subtotal-rows");
}

}  // namespace

TEST_CASE("where every point may group thousands, the reading of it is doubtful") {
  CHECK(doubt(amounts({"1.234", "500", "12.000"})) ==
        "every amount with a point has three digits behind it, first 1.234 (line 2), which is read as less than 1000: "
        "where the point groups thousands, give --decimal-comma --grouping point");
  CHECK(doubt(amounts({"7", "999.999"})).find("999.999 (line 3)") != std::string::npos);
}

TEST_CASE("an amount that no thousands could be written as proves the decimal point") {
  for (const char* proof : {"1.5", "1.25", "0.234", "1000.234", "1.2340"}) {
    CAPTURE(proof);
    CHECK(doubt(amounts({"1.234", proof, "12.000"})).empty());
  }
  CHECK(doubt(amounts({"1", "2000"})).empty());
}

TEST_CASE("what was said, or our own file says, is not doubted") {
  IntakeOptions options;
  options.grouping = DigitGrouping::kComma;
  CHECK(doubt(amounts({"1.234"}), options).empty());
  options.grouping = DigitGrouping::kNone;
  options.decimal_sign = DecimalSign::kComma;
  CHECK(doubt(amounts({"1,234"}), options).empty());
  CHECK(
      doubt("InstallationSid,BillingSid,Amount,usage_row\n" + sid("XE", 1) + "," + sid("BI", 1) + ",1.234,\n").empty());
}

TEST_CASE("each file is doubted by itself") {
  const IntakeCase files;
  const UsageInput input =
      read_usage({files.file(amounts({"1.5", "2"}), "1.csv"), files.file(amounts({"3", "1.234"}), "2.csv")}, {}, {});
  CHECK(warning_of(input, "decimal-sign-doubtful").find("2.csv:3") != std::string::npos);
}

TEST_CASE("rows that sum up those above them are warned of") {
  CHECK(
      subtotals({{1, "10"}, {1, "20"}, {1, "30.00"}, {2, "5"}, {2, "7"}, {2, "12"}}) ==
      "2 rows are the sum of the rows of the same installation right above, as a subtotal or total is (first line 4); "
      "each is billed: where they are none, leave them out (--where COLUMN!=TEXT; a last total line: --total-row)");
  CHECK(subtotals({{1, "10"}, {1, "20"}, {1, "30"}, {2, "5"}, {2, "7"}, {2, "9"}}).starts_with("1 row is the sum"));
}

TEST_CASE("a sum here and there among many installations is none") {
  const std::vector<Row> once = {{1, "10"}, {1, "20"}, {1, "30"}, {2, "5"}, {2, "7"},
                                 {2, "9"},  {3, "5"},  {3, "7"},  {3, "9"}};
  CHECK(subtotals(once).empty());
  CHECK(subtotals({{1, "10"}, {1, "10"}, {2, "5"}, {2, "5"}}).empty());  // two equal fees
  CHECK(subtotals({{1, "10"}, {2, "20"}, {1, "30"}}).empty());
}

TEST_CASE("a column of currencies that nothing maps is warned of") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",5,EUR\n";
  const std::string header = "InstallationSid,BillingSid,Amount,";
  CHECK(warning_of(files.read(header + "Currency Code\n" + row), "currency-unmapped")
            .find("--column currency='Currency Code'") != std::string::npos);
  CHECK(warning_of(files.read(header + "Currency\n" + row), "currency-unmapped").empty());
  CHECK(warning_of(files.read(header + "Recurring\n" + row), "currency-unmapped").empty());
  IntakeOptions options;
  options.constants = {{"currency", "EUR"}};
  CHECK(warning_of(files.read(header + "Currency Code\n" + row, options), "currency-unmapped").empty());
}

TEST_CASE("where another column may hold the amounts as well as Amount does, a person is asked which") {
  const IntakeCase files;
  const auto warned = [&files](const std::string& other, const IntakeOptions& options = {}) {
    const std::string file =
        "InstallationSid,BillingSid,Amount," + other + "\n" + sid("XE", 1) + "," + sid("BI", 1) + ",5,4\n";
    return warning_of(files.read(file, options), "amount-column-doubtful");
  };
  CHECK(warned("Net Amount").find("--column quantity=Amount or --column quantity='Net Amount'") != std::string::npos);
  CHECK_FALSE(warned("Amount (Foreign Currency)").empty());
  for (const char* other : {"Unit Price", "Total", "Tax Amount", "Amount Paid", "Discount Amount"})
    CHECK_MESSAGE(warned(other).empty(), other);
  IntakeOptions options;
  options.columns = {{"quantity", "Amount"}};
  CHECK(warned("Net Amount", options).empty());
}

TEST_CASE("a SID with signs that cannot be seen is told from a wrong one") {
  const IntakeCase files;
  const UsageInput input =
      files.read(kHeader + sid("XE", 1) + "\u00A0;" + sid("BI", 1) + ";5\nXE12;" + sid("BI", 1) + ";5\n");
  CHECK(input.invalid.at(0).problems.at(0).reason.find("no-break space") != std::string::npos);
  CHECK(input.invalid.at(1).problems.at(0).reason.find("32 hex digits") != std::string::npos);
}

TEST_CASE("charges above the header are not passed over, and neither is a header that is to be explained") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1);
  CHECK(files.refusal("ACME," + row + ",10\nCustomer,InstallationSid,BillingSid,Amount\nB," + row + ",20\n") ==
        "charges-above-header");
  CHECK(files.refusal("InstallationSid,BillingSid,Quantity,Price\n" + row +
                      ",2,5\n\nInstallationSid,BillingSid,Amount\n" + row + ",20\n") == "quantity-ambiguous");
  IntakeOptions options;
  options.header_line = 2;
  CHECK(quantities_of(files.read("ACME," + row + ",10\nCustomer,InstallationSid,BillingSid,Amount\nB," + row + ",20\n",
                                 options)) == "20");
}

TEST_CASE("a second header with its columns in another order is refused, whatever becomes of its row") {
  const IntakeCase files;
  const std::string header = "InstallationSid,BillingSid,Amount,Balance,Type\n";
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",8,578,Invoice\n";
  const std::string other = "InstallationSid,BillingSid,Balance,Amount,Type\n";
  IntakeOptions filtered;
  filtered.where = {{"Type", RowFilter::Test::kEquals, "Invoice"}};
  for (const IntakeOptions& options : {IntakeOptions(), filtered}) {
    CHECK(files.refusal(header + row + other + row, options) == "second-header");
    CHECK(files.refusal(header + row + "InstallationSid,BillingSid,Net,Balance,Type\n" + row, options) ==
          "second-header");
  }
  CHECK(quantities_of(files.read(header + row + header + row, filtered)) == "8 8");  // the same again
  for (const char* second :
       {"InstallationSid,BillingSid,Amount,Type,Balance\n", "InstallationSid,BillingSid,Tax 19%,Amount,Type\n",
        "InstallationSid,BillingSid,,Amount,Type\n"})
    CHECK(files.refusal(header + row + second + row, filtered) == "second-header");
}

TEST_CASE("the same header again is one behind a byte order mark, too") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",8,Paid\n";
  IntakeOptions filtered;
  filtered.where = {{"Type", RowFilter::Test::kEquals, "Paid"}};
  for (const char* second :
       {"\uFEFFInstallationSid,BillingSid,Amount,Type\n", "\uFEFF\"InstallationSid\",BillingSid,Amount,Type\n"})
    CHECK(quantities_of(files.read("InstallationSid,BillingSid,Amount,Type\n" + row + second + row, filtered)) ==
          "8 8");
  CHECK(files.refusal(
            "InstallationSid,BillingSid,Amount,Type\n" + row + "\uFEFFInstallationSid,BillingSid,Type,Amount\n" + row,
            filtered) == "second-header");
}

TEST_CASE("signs that stand for nothing are no names of columns that have none") {
  const IntakeCase files;
  const std::string header = "InstallationSid,BillingSid,Amount,InvoiceLineId,\n";
  CHECK(problems_of(files.read(header + sid("XE", 1) + "," + sid("BI", 1) + ",8,L1,\n-,-,-,--,\n")) ==
        "3:installation-form 3:quantity-form");
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Bonn\nBonn,Bonn,8,x\n")) == "2:installation-form");
}

TEST_CASE("a header that an export had among its rows is a row of our result files") {
  const IntakeCase files;
  const std::string row = sid("XE", 2) + "," + sid("BI", 1) + ",8,L2\n";
  const std::string header = "InstalledAddOnSid,BillingSid,Amount,InvoiceLineId\n";
  const std::string failed = "usage_row,usage_status,usage_amount_was,usage_installation_key," + header;
  const std::string below = "R-1,failed,amount 8,," + row;
  CHECK(quantities_of(files.read(failed + ",invalid,,," + header + below)) == "8");
  CHECK(quantities_of(files.read(failed + ",invalid,,InstalledAddOnSid," + header + below)) == "8");
  CHECK(files.refusal(failed + below + "usage_row,usage_status,usage_installation_key,usage_amount_was," + header +
                      below) == "second-header");
  CHECK(files.refusal(failed + below + "usage_row,usage_status,usage_amount_was,usage_installation_key," +
                      "InstalledAddOnSid,BillingSid,InvoiceLineId,Amount\n" + below) == "second-header");

  const std::string columns =
      "line,installed_add_on_sid,billing_sid,quantity,currency,reference,status,reason,http_status,error_code,attempts,"
      "request,twilio_request_id,sent_at,completed_at,settled_by,settled_at,settle_note,usage_row\n";
  const std::string charge = "4," + sid("XE", 2) + "," + sid("BI", 1) + ",8,,L2,failed,,404,,1,1,,,,,,,R-1\n";
  for (const char* status : {"left_out", "invalid"}) {
    const std::string second =
        std::string("3,InstalledAddOnSid,BillingSid,Amount,Currency,InvoiceLineId,") + status + ",x,,,0,,,,,,,,\n";
    CHECK(quantities_of(files.read(columns + second + charge)) == "8");
  }
  CHECK(files.refusal(columns + charge + "line,billing_sid,installed_add_on_sid" + columns.substr(37) + charge) ==
        "second-header");
}

TEST_CASE("a cell that has swallowed rows is told of") {
  const IntakeCase files;
  const std::string header = "InstallationSid,BillingSid,Amount,Note\n";
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",8,";
  const std::string swallowed = header + row + "\"Best offer\n" + row + "x\n" + row + "19\"\n" + row + "y\n";
  const UsageInput input = files.read(swallowed);
  CHECK(input.rows.size() == 2);
  CHECK(warning_of(input, "lines-in-cell").find(":2: where a quote") != std::string::npos);
  CHECK(warning_of(files.read(header + row + "\"two lines,\nof a note, no more\"\n"), "lines-in-cell").empty());
  CHECK(warning_of(files.read("Note,InstallationSid,BillingSid,Amount\n\"two\nlines\"," + row + "\n"), "lines-in-cell")
            .empty());
}

TEST_CASE("an amount whose thousands sign parted it, into a column without a name, is not read as its first part") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const UsageInput input =
      files.read("InstallationSid,BillingSid,Amount,\n" + row + "1,234.50\n" + row + "2,\n" + row + "3,a note\n");
  CHECK(problems_of(input) == "2:quantity-split");
  CHECK(quantities_of(input) == "2 3");
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Units\n" + row + "1,234.50\n")).empty());
}

TEST_CASE("an amount that has its decimal sign, or words behind it, was not parted; digits behind zero were") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  IntakeOptions options;
  options.zero = ZeroAmounts::kLeaveOut;
  const UsageInput input = files.read(
      "InstallationSid,BillingSid,Amount,\n" + row + "12.50,1\n" + row + "12,50 EUR\n" + row + "0,50\n" + row + "0,\n",
      options);
  CHECK(problems_of(input) == "3:quantity-split 4:quantity-form 4:quantity-split");
  CHECK(quantities_of(input) == "12.50");
  CHECK(input.left_out.size() == 1);
}

TEST_CASE(
    "an amount whose thousands sign parted it is found where the cells behind it moved into a column without a name") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const std::string header = "InstallationSid,BillingSid,Amount,InvoiceLineId,\n";
  const UsageInput input = files.read(header + row + "10.00,L1,\n" + row + "1,234.50,L2\n" + row + "12,345,L3\n");
  CHECK(problems_of(input) == "3:quantity-split 4:quantity-split");
  CHECK(quantities_of(input) == "10.00");
  CHECK(input.invalid.at(0).problems.at(0).reason.find("stands 234.50, and in a column without a name L2") !=
        std::string::npos);
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Ort,Units,,\n" + row + "1,234,567.89,Bonn,7\n" + row +
                               "999,000,Bonn,7,\n" + row + "3,Bonn,100,,\n")) == "2:quantity-split 3:quantity-split");
}

TEST_CASE("a remark without a name is no part of an amount, nor is what a thousands sign cannot have parted off") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const std::string header = "InstallationSid,BillingSid,Amount,Units,\n";
  for (const char* cells : {"5,100,", "5,10,a remark", "5,1000,a remark", "5,100-1,a remark", "5,L1,100", "1234,100,x",
                            "5.00,100,x", "0.5,100,x", "\"5\",100,x", "5,\"100\",x"}) {
    CAPTURE(cells);
    CHECK(problems_of(files.read(header + row + cells + "\n")).empty());
  }
  std::string other = header + row + "5,100,x\n";
  std::ranges::replace(other, ',', ';');
  CHECK(problems_of(files.read(other)).empty());
  CHECK(problems_of(files.read(",InstallationSid,BillingSid,Amount,Units\nx," + row + "5,100\n")).empty());
}

TEST_CASE("a billing SID in small letters is no other item") {
  const IntakeCase files;
  const std::string small = "bi" + sid("BI", 1).substr(2);
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount\n" + sid("XE", 1) + "," + small + ",5\n")) ==
        "2:billing-sid-case");
}
