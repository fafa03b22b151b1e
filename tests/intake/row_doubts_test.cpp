#include "../../src/intake/row_doubts.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

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

TEST_CASE("a cell that ends in the middle of the row it swallowed is told of, too") {
  const IntakeCase files;
  const auto warning = [&](const std::string& text, const IntakeOptions& options = {}) {
    return warning_of(files.read(text, options), "lines-in-cell");
  };
  const std::string header = "InstallationSid,BillingSid,Item,Amount\n";
  const std::string first = sid("XE", 1) + "," + sid("BI", 1);
  const std::string second = sid("XE", 2) + "," + sid("BI", 1);
  const UsageInput input =
      files.read(header + first + ",\"19 inch rack,12.50\n" + second + ",rack 19\",13.50\n" + second + ",x,1\n");
  CHECK(quantities_of(input) == "13.50 1");
  CHECK(warning_of(input, "lines-in-cell").find("in 1 row, the first ") != std::string::npos);
  CHECK(!warning("Item,InstallationSid,BillingSid,Amount\n\"19 inch," + first + ",12.50\nrack 19\"," + second + ",5\n")
             .empty());
  CHECK(!warning(header + first + ",\"19 inch, high,1\n" + second + ",rack, \"\"x\"\"\",5\n").empty());

  // What is looked up has no SID: the lines then have to be as wide as rows.
  IntakeOptions options;
  options.lookups["installation"] = {
      files.file("K,InstallationSid\nC1," + sid("XE", 1) + "\nC2," + sid("XE", 2) + "\n", "customers.csv"), "K"};
  options.constants["billing_sid"] = sid("BI", 1);
  CHECK(!warning("K,Item,Amount,Unit\nC1,\"19 inch,5,h\nC2,19\",6,h\n", options).empty());
  CHECK(warning("K,Item,Amount,Unit\nC1,\"19 inch\nrack, of 19\",6,h\n", options).empty());
}

TEST_CASE("an address, and a text that names a SID, are no rows that a cell has swallowed") {
  const IntakeCase files;
  const std::string header = "CustomerNo,Address,InstallationSid,BillingSid,Amount\n";
  const std::string row = "," + sid("XE", 1) + "," + sid("BI", 1) + ",5\n";
  for (const std::string& cell :
       {std::string("Acme\n12345 Berlin, Germany"), std::string("Acme, Inc.\nUnit 5, 1 High Street\nLondon, N1, UK"),
        "Usage, October\nof installation " + sid("XE", 1) + ", and others", "SMS\n" + sid("XE", 1) + "\nOctober"}) {
    CAPTURE(cell);
    CHECK(warning_of(files.read(header + "K1,\"" + cell + "\"" + row), "lines-in-cell").empty());
  }
  CHECK(warning_of(files.read("InstallationSid,BillingSid,Address,Amount\n" + sid("XE", 1) + "," + sid("BI", 1) +
                              ",\"Acme, Inc.\n1 High Street, London, UK\",5\n"),
                   "lines-in-cell")
            .empty());
}

TEST_CASE("an amount whose thousands sign parted it, into a column without a name, is not read as its first part") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const UsageInput input = files.read("InstallationSid,BillingSid,Amount,,Memo\n" + row + "1,234.50,m\n" + row +
                                      "2,,m\n" + row + "3,a note,m\n" + row + "1.234,50,m\n" + row + "1.234,,m\n");
  CHECK(problems_of(input) == "2:quantity-split 5:quantity-split");
  CHECK(quantities_of(input) == "2 3 1.234");
  // As the last one it has no room for anything: not even for decimals behind 1.234.
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,\n" + row + "1,234.50\n" + row + "2,\n" + row +
                               "1.234,50\n")) == "2:columns-extra 4:columns-extra");
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Units\n" + row + "1,234.50\n")).empty());
}

TEST_CASE("an amount that has its decimal sign, or words behind it, was not parted; digits behind zero were") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  IntakeOptions options;
  options.zero = ZeroAmounts::kLeaveOut;
  const UsageInput input = files.read("InstallationSid,BillingSid,Amount,,Memo\n" + row + "12.50,1,m\n" + row +
                                          "12,50 EUR,m\n" + row + "0,50,m\n" + row + "0,,m\n",
                                      options);
  CHECK(problems_of(input) == "3:quantity-split 4:quantity-form 4:quantity-split");
  CHECK(quantities_of(input) == "12.50");
  CHECK(input.left_out.size() == 1);
}

TEST_CASE("a row that is wider than the names of its header is not read: a delimiter moved its cells") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const std::string header = "InstallationSid,BillingSid,Item,Amount,Net,\n";
  const UsageInput input =
      files.read(header + row + "A,10.00,9.00,\n" + row + "Rack 2,5,20.00,18.00\n" + row + "Rack 2,5.50,20.00,18.00\n" +
                 row + "A,1,234.50,L2\n" + row + "\"A, B\",7,6, \n" + row + "A,8,7,\"\"\n");
  CHECK(problems_of(input) == "3:columns-extra 4:columns-extra 5:columns-extra");
  CHECK(quantities_of(input) == "10.00 7 8");
  CHECK(!input.invalid.at(0).amount);
  CHECK(input.invalid.at(0).installation == sid("XE", 1));
  CHECK(input.invalid.at(0).problems.at(0).remedy.find("give that column a name") != std::string::npos);
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Ort,Units,,\n" + row + "1,234,567.89,Bonn,7\n" + row +
                               "999,000,Bonn,7,\n" + row + "3,Bonn,100,,\n")) == "2:columns-extra 3:columns-extra");
}

TEST_CASE("no filter leaves out what a delimiter moved") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  IntakeOptions options;
  options.where = {{"Status", RowFilter::Test::kEquals, "Paid"}};
  const UsageInput input = files.read(
      "InstallationSid,BillingSid,Item,Amount,Status,\n" + row + "A,1,Paid,\n" + row + "Rack, 2,20.00,Paid\n", options);
  CHECK(problems_of(input) == "3:columns-extra");
  CHECK(input.left_out.empty());
}

TEST_CASE("a column without a name has room for what moved only where it is the last, and the delimiter a comma") {
  const IntakeCase files;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,,Units\n" + row + "5,EUR,100\n")).empty());
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,Ort,,Units\n" + row + "5,Bonn,x,100\n")).empty());
  CHECK(problems_of(files.read(",InstallationSid,BillingSid,Amount,Units\nx," + row + "5,100\n")).empty());
  CHECK(problems_of(files.read("InstallationSid,BillingSid,Amount,\n" + row + "5,EUR\n")) == "2:columns-extra");
  std::string other = "InstallationSid,BillingSid,Amount,Units,\n" + row + "5,100,x\n";
  CHECK(problems_of(files.read(other)) == "2:columns-extra");
  std::ranges::replace(other, ',', ';');
  CHECK(problems_of(files.read(other)).empty());
}
