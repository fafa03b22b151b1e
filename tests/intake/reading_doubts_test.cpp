// Files that say something else than is read, perhaps.
#include "../../src/intake/reading_doubts.h"

#include <doctest/doctest.h>

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
  std::string currency = "";
};

std::string rows(const std::vector<Row>& all) {
  std::string file = "InstallationSid;BillingSid;Amount;Currency\n";
  int number = 0;
  for (const Row& row : all)
    file += sid("XE", row.installation) + ";" + sid("BI", ++number) + ";" + row.amount + ";" + row.currency + "\n";
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

TEST_CASE("so is a decimal comma that is given, where every comma may group thousands") {
  IntakeOptions options;
  options.decimal_sign = DecimalSign::kComma;
  CHECK(doubt(amounts({"1,234", "500", "12,500"}), options) ==
        "every amount with a comma has three digits behind it, first 1,234 (line 2), which is read as less than 1000: "
        "where the comma groups thousands, give --grouping comma without --decimal-comma");
  CHECK(doubt(amounts({"1,234", "12,5"}), options).empty());
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
  options.grouping = DigitGrouping::kPoint;
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
      "2 rows are the sum of the rows of the same installation right above or below, as a subtotal is (first line 4); "
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

TEST_CASE("a subtotal may stand above its rows, and may lack their currency") {
  CHECK(subtotals({{1, "30"}, {1, "10"}, {1, "20"}, {2, "12"}, {2, "5"}, {2, "7"}})
            .starts_with("2 rows are the sum of the rows of the same installation right above or below, as a subtotal "
                         "is (first line 2)"));
  CHECK(subtotals({{1, "10", "USD"}, {1, "20", "USD"}, {1, "30"}, {2, "5", "EUR"}, {2, "7", "EUR"}, {2, "12"}})
            .find("(first line 4)") != std::string::npos);
  CHECK(subtotals({{1, "30"}, {1, "10", "USD"}, {1, "20", "USD"}}).find("(line 2)") != std::string::npos);
  CHECK(subtotals({{1, "10", "USD"}, {1, "20", "EUR"}, {1, "30", "USD"}}).empty());
  CHECK(subtotals({{1, "10", "USD"}, {1, "20"}, {1, "30", "EUR"}}).empty());
}

TEST_CASE("a last or first row that is the sum of all others is told of, whatever its installation") {
  CHECK(subtotals({{1, "10"}, {2, "20"}, {3, "30"}, {3, "60"}}) ==
        "1 row is the sum of all others of its file, as a total is (line 5); each is billed: where one is no charge, "
        "leave "
        "it out (--where COLUMN!=TEXT; a last total line: --total-row)");
  CHECK(subtotals({{3, "60"}, {1, "10"}, {2, "20"}, {3, "30"}}).find("(line 2)") != std::string::npos);
  CHECK(subtotals({{1, "10", "USD"}, {2, "20", "USD"}, {4, "5", "EUR"}, {3, "30", "USD"}, {3, "60", "USD"}})
            .find("(line 6)") != std::string::npos);
  CHECK(subtotals({{1, "10", "USD"}, {2, "20", "USD"}, {4, "5", "EUR"}, {3, "35"}}).find("(line 5)") !=
        std::string::npos);
  CHECK(subtotals({{1, "10"}, {2, "20"}, {3, "30"}}).empty());  // two fees and a third
  CHECK(subtotals({{1, "10"}, {2, "20"}, {3, "30"}, {3, "60.01"}}).empty());
  CHECK(subtotals({{1, "10", "USD"}, {2, "20", "USD"}, {3, "30", "EUR"}, {3, "60", "USD"}}).empty());
  const IntakeCase files;
  const UsageInput input = read_usage({files.file(rows({{1, "10"}, {2, "20"}}), "1.csv"),
                                       files.file(rows({{5, "1"}, {6, "2"}, {7, "3"}, {8, "6"}}), "2.csv")},
                                      {}, {});
  CHECK(warning_of(input, "subtotal-rows").find("2.csv:5") != std::string::npos);
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
  CHECK_FALSE(warned("Amount in document currency").empty());
  for (const char* other :
       {"Unit Price", "Total", "Tax Amount", "Amount Paid", "Discount Amount", "Amount Currency", "Amount Type"})
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

TEST_CASE("a billing SID in small letters is no other item") {
  const IntakeCase files;
  const std::string small = "bi" + sid("BI", 1).substr(2);
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount\n" + sid("XE", 1) + "," + small + ",5\n")) ==
        "2:billing-sid-case");
}
