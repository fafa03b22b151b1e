// A file of ours, corrected and uploaded without the options of the first upload.
#include "usage/intake/own_columns.h"

#include <doctest/doctest.h>

#include "../../src/intake/column_mapping.h"
#include "../../src/intake/own_roles.h"
#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

// "INSTALLATION BILLING QUANTITY CURRENCY" of each valid row.
std::vector<std::string> rows_of(const UsageInput& input) {
  std::vector<std::string> rows;
  for (const UsageRow& row : input.rows) {
    rows.push_back(input.installations[row.installation] + " " + input.billing_sids[row.billing_sid] + " " +
                   row.quantity.text() + " " + input.currencies[row.currency]);
  }
  return rows;
}

std::string grouped_row(int number, const std::string& grouping, const std::string& amount) {
  return "R-" + std::to_string(number) + ";.;" + grouping + ";" + sid("XE", number) + ";" + sid("BI", number) + ";" +
         amount + "\n";
}

const std::string kGroupedHeader = "usage_row;usage_decimal_sign;usage_grouping;InstallationSid;BillingSid;Amount\n";

const std::string kLookupHeader =
    "usage_row,usage_installation,usage_installation_key,\"usage_columns:installation_key=Customer No;quantity=Net\","
    "Customer No,BillingSid,Net,Quantity\n";

std::string lookup_row(int number, const std::string& installation, const std::string& key_was,
                       const std::string& key) {
  return "R-" + std::to_string(number) + "," + installation + "," + key_was + ",," + key + "," + sid("BI", number) +
         "," + std::to_string(number) + ".50,9\n";
}

}  // namespace

TEST_CASE("each row of ours is read with the grouping sign that stands beside it, whatever --grouping says") {
  const std::string text = kGroupedHeader + grouped_row(1, "comma", "1,234.5") + grouped_row(2, "", "67.8") +
                           grouped_row(3, "space", "9 876");
  IntakeOptions apostrophe;
  apostrophe.grouping = DigitGrouping::kApostrophe;
  for (const IntakeOptions& options : {IntakeOptions(), apostrophe}) {
    const UsageInput input = IntakeCase().read(text, options);
    CHECK(quantities_of(input) == "1234.5 67.8 9876");
    CHECK(input.files[0].grouping != DigitGrouping::kNone);
  }
}

TEST_CASE("a grouping that is none, or is the decimal sign, is a problem of its row") {
  const UsageInput input = IntakeCase().read(kGroupedHeader + grouped_row(1, "point", "1.5") +
                                             grouped_row(2, "Comma", "2.5") + grouped_row(3, "", "3.5"));
  CHECK(quantities_of(input) == "3.5");
  CHECK(problems_of(input) == "2:grouping-form 3:grouping-form");
}

TEST_CASE("a file of ours without that column has no grouping signs") {
  IntakeOptions comma;
  comma.grouping = DigitGrouping::kComma;
  const std::string text = "usage_row;InstallationSid;BillingSid;Amount\nR-1;" + sid("XE", 1) + ";" + sid("BI", 1) +
                           ";1,234\nR-2;" + sid("XE", 2) + ";" + sid("BI", 2) + ";2.5\n";
  const UsageInput input = IntakeCase().read(text, comma);
  CHECK(quantities_of(input) == "2.5");
  CHECK(input.files[0].grouping == DigitGrouping::kNone);
}

TEST_CASE("the note names the columns, whatever is in their names, and a damaged one is known as such") {
  const NamedColumns columns = {{"quantity", " Net; 100% = all "}, {"reference", "Nummer \"A\", ü"}, {"currency", "x"}};
  CHECK(columns_note(columns) ==
        "usage_columns:currency=x;quantity=%20Net%3B 100%25 %3D all%20;reference=Nummer \"A\", ü");
  CHECK(read_columns_note(columns_note(columns)) == columns);
  for (const char* damaged : {"usage_columns:", "usage_columns:quantity", "usage_columns:quantity=",
                              "usage_columns:x=y", "usage_columns:quantity=a;quantity=b", "usage_columns:quantity=a%2",
                              "usage_columns:quantity=a;", "usage_columns:quantity=%zz", "usage_columns:usage_row=a"}) {
    CAPTURE(damaged);
    CHECK(!read_columns_note(damaged));
  }
}

TEST_CASE("the note is needed where the header alone would be understood otherwise") {
  const std::vector<std::string> header = {"InstallationSid", "BillingSid", "Amount", "Net", "InvoiceLineId"};
  ColumnMapping mapping;
  mapping.installation = "InstallationSid";
  mapping.billing_sid = "BillingSid";
  mapping.quantity = "Amount";
  mapping.reference = "InvoiceLineId";
  CHECK(columns_to_note(header, mapping).empty());
  mapping.quantity = "Net";
  CHECK(columns_to_note(header, mapping).at("quantity") == "Net");
  CHECK(columns_to_note(header, mapping).at("reference") == "InvoiceLineId");
}

TEST_CASE(
    "a file of ours is mapped by its note, wherever its columns stand, and no option or profile stands above it") {
  const std::string text =
      "Total,usage_row,\"usage_columns:quantity=Total;reference=Num\",Num,BillingSid,Net,Quantity,"
      "InstallationSid\n1.5,R-1,,N-7," +
      sid("BI", 1) + ",2.5,3," + sid("XE", 1) + "\n";
  const UsageInput input = IntakeCase().read(text);
  CHECK(quantities_of(input) == "1.5");
  CHECK(input.references == std::vector<std::string>{"N-7"});
  IntakeOptions net;
  net.columns["quantity"] = "Net";
  net.columns["currency"] = "Quantity";
  const UsageInput again = IntakeCase().read(text, net);
  CHECK(quantities_of(again) == "1.5");
  CHECK(again.currencies == input.currencies);
}

TEST_CASE("nor where a file of ours needs no note; but a column that was renamed since can be named") {
  const std::string cells = "\n1.5,R-1,N-7," + sid("BI", 1) + ",2.5," + sid("XE", 1) + "\n";
  IntakeOptions net;
  net.columns["quantity"] = "Net";
  net.columns["reference"] = "Net";
  const UsageInput input =
      IntakeCase().read("Amount,usage_row,Invoice Line,BillingSid,Net,InstallationSid" + cells, net);
  CHECK(quantities_of(input) == "1.5");
  CHECK(input.references.empty());
  CHECK(quantities_of(IntakeCase().read("Money,usage_row,Line,BillingSid,Net,InstallationSid" + cells, net)) == "2.5");
}

TEST_CASE("what a reconciliation has as left out by choice stays out, and an export's status means nothing") {
  const std::string header =
      "line,installed_add_on_sid,billing_sid,quantity,currency,reference,status,twilio_request_id,usage_row\n";
  const std::string sids = sid("XE", 1) + "," + sid("BI", 1);
  const UsageInput input =
      IntakeCase().read(header + "2," + sids + ",1.5,,,left_out,,\n3," + sids + ",2.5,,,failed,,R-1\n4," + sids +
                        ",3.5,,,left_out,,R-2\n5," + sids + ",4.5,,,not_sent,,\n");
  CHECK(quantities_of(input) == "2.5 3.5 4.5");
  REQUIRE(input.left_out.size() == 1);
  CHECK(input.left_out[0].reason == "left out by the run that wrote the file");
  CHECK(input.left_out[0].amount->text() == "1.50");
  const UsageInput own =
      IntakeCase().read("status,InstallationSid,BillingSid,Amount,usage_row\nleft_out," + sids + ",1,\n");
  CHECK(quantities_of(own) == "1");
}

TEST_CASE("a long reference of an invalid row is kept whole, or stays too long to be sent") {
  const auto reference_of = [](std::size_t size) {
    return IntakeCase()
        .read("InstallationSid,BillingSid,Amount,InvoiceLineId\n" + sid("XE", 1) + "," + sid("BI", 1) + ",x," +
              std::string(size, 'r') + "\n")
        .invalid.at(0)
        .reference;
  };
  CHECK(reference_of(256) == std::string(256, 'r'));
  CHECK(reference_of(1000).size() > 256);
}

TEST_CASE("an export's own usage_ columns stay its own, and a damaged note is refused") {
  const std::string text =
      "usage_row,usage_columns:quantity=usage_total,usage_type,usage_total,BillingSid,"
      "InstallationSid\nR-1,,t,4.5," +
      sid("BI", 1) + "," + sid("XE", 1) + "\n";
  CHECK(quantities_of(IntakeCase().read(text)) == "4.5");
  CHECK(IntakeCase().refusal("usage_row,usage_columns:quantity=%,Amount,BillingSid,InstallationSid\nR-1,,4.5," +
                             sid("BI", 1) + "," + sid("XE", 1) + "\n") == "columns-note");
  CHECK(IntakeCase().refusal("usage_row,usage_columns:quantity=Gone,Amount,BillingSid,InstallationSid\nR-1,,4.5," +
                             sid("BI", 1) + "," + sid("XE", 1) + "\n") == "column-missing");
}

TEST_CASE("a file of ours stays one where a tool changed how its columns are written") {
  const UsageInput input = IntakeCase().read(
      "Usage_Row;Usage Decimal Sign;usageAmountWas;InstallationSid;BillingSid;Amount\nR-1;,;amount 1.5;" +
      sid("XE", 1) + ";" + sid("BI", 1) + ";1,5\n");
  CHECK(input.usage_rows == std::vector<std::string>{"R-1"});
  CHECK(quantities_of(input) == "1.5");
  CHECK(input.files[0].mapping.usage_row == "Usage_Row");
  const std::string sids = sid("XE", 1) + "," + sid("BI", 1);
  const UsageInput reconciled = IntakeCase().read(
      "Line,Installed Add On Sid,Billing Sid,Quantity,Currency,Reference,Status,Twilio Request Id,Usage Row\n2," +
      sids + ",1.5,,,left_out,,\n3," + sids + ",2.5,,,failed,,R-1\n");
  CHECK(quantities_of(reconciled) == "2.5");
  CHECK(reconciled.left_out.size() == 1);
  const std::string row =
      ",Net,Quantity,BillingSid,InstallationSid\nR-1,,4.5,5.5," + sid("BI", 1) + "," + sid("XE", 1) + "\n";
  for (const char* note : {"Usage Columns:Quantity=Net", "usage_columns.quantity.Net"})
    CHECK(IntakeCase().refusal(std::string("usage_row,") + note + row) == "columns-note");
}

TEST_CASE("a file of ours that lost its usage_row is no export: its rows would be charges of their own") {
  const std::string cells =
      ",InstallationSid,BillingSid,Amount\nfailed,x," + sid("XE", 1) + "," + sid("BI", 1) + ",1.5\n";
  CHECK(IntakeCase().refusal("usage_status,usage_reason" + cells) == "usage-row-missing");
  CHECK(IntakeCase().refusal("Usage Status,Usage_Amount_Was" + cells) == "usage-row-missing");
  CHECK(IntakeCase().refusal("usage_status,usage_columns:quantity=Amount" + cells) == "usage-row-missing");
  CHECK(IntakeCase().refusal("line,installed_add_on_sid,billing_sid,quantity,reference,status,twilio_request_id\n2," +
                             sid("XE", 1) + "," + sid("BI", 1) + ",1.5,,left_out,\n") == "usage-row-missing");
  CHECK(quantities_of(IntakeCase().read("usage_status,usage_type" + cells)) == "1.5");
  CHECK(quantities_of(IntakeCase().read("Status,Reason" + cells)) == "1.5");
}

TEST_CASE("what a look-up found is taken as long as its key stands there unchanged, and no table is asked") {
  const UsageInput input = IntakeCase().read(
      kLookupHeader + lookup_row(1, sid("XE", 11), "0012", "0012") + lookup_row(2, sid("XE", 22), "0034", "34") +
      lookup_row(3, "", "0056", "0056") + lookup_row(4, sid("XE", 44), "\"A, B\"", "\"A, B\""));
  CHECK(rows_of(input) == std::vector<std::string>{sid("XE", 11) + " " + sid("BI", 1) + " 1.50 ",
                                                   sid("XE", 44) + " " + sid("BI", 4) + " 4.50 "});
  CHECK(problems_of(input) == "3:installation-not-looked-up 4:installation-not-looked-up");
  CHECK(input.invalid[0].problems[0].column == "Customer No");
  CHECK(input.invalid[0].problems[0].value == "34");
  CHECK(input.invalid[0].problems[0].remedy.find("--lookup installation=") != std::string::npos);
  CHECK(input.invalid[0].amount->text() == "2.50");
  CHECK(input.files[0].mapping.installation_key == "Customer No");
  CHECK(input.files[0].mapping.installation.empty());
}

TEST_CASE("a key that a spreadsheet rounded is not taken for unchanged: several keys look alike then") {
  const UsageInput input =
      IntakeCase().read(kLookupHeader + lookup_row(1, sid("XE", 1), "1.23456789012346E+016", "1.23456789012346E+016") +
                        lookup_row(2, sid("XE", 2), "12345", "12345") + lookup_row(3, sid("XE", 3), "E+016", "E+016"));
  CHECK(problems_of(input) == "2:installation-not-looked-up");
  for (const char* rounded : {"1.2E+16", "1,23456789012346E+016", "1E+5"}) CHECK(is_rounded_number(rounded));
  for (const char* other : {"", "1E5", "E+5", "1.2", "1.2E+", "1.2E+16x", "XE+5"}) CHECK(!is_rounded_number(other));
}

TEST_CASE("a number too long for a spreadsheet stands there in words, and only the same digits are the same key") {
  CHECK(key_was("123456789012345") == "123456789012345");
  CHECK(key_was("00000000000123456") == "00000000000123456");
  CHECK(key_was("01234567890123456") == "key 01234567890123456");
  CHECK(key_was("XE12345678901234567") == "XE12345678901234567");
  const std::string was = key_was("12345678901234567");
  const UsageInput input = IntakeCase().read(kLookupHeader + lookup_row(1, sid("XE", 1), was, "12345678901234567") +
                                             lookup_row(2, sid("XE", 2), was, "12345678901234568") +
                                             lookup_row(3, sid("XE", 3), was, "1.23456789012346E+016"));
  CHECK(quantities_of(input) == "1.50");
  CHECK(problems_of(input) == "3:installation-not-looked-up 4:installation-not-looked-up");
}

TEST_CASE("an edited SID in the column of ours is checked as any other") {
  const UsageInput input = IntakeCase().read(kLookupHeader + lookup_row(1, "XE12", "12", "12"));
  CHECK(problems_of(input) == "2:installation-form");
  CHECK(input.invalid[0].problems[0].column == "usage_installation");
}

TEST_CASE("constants are taken from the columns of ours, row by row") {
  const std::string text = "usage_row,usage_billing_sid,usage_currency,InstallationSid,Amount,Currency\nR-1," +
                           sid("BI", 5) + ",CHF," + sid("XE", 1) + ",1.5,usd\nR-2,,EUR," + sid("XE", 2) + ",2.5,usd\n";
  const UsageInput input = IntakeCase().read(text);
  CHECK(rows_of(input) == std::vector<std::string>{sid("XE", 1) + " " + sid("BI", 5) + " 1.5 CHF"});
  CHECK(problems_of(input) == "3:billing-sid-empty");
}

TEST_CASE("a key may stand in a column that means something else as well") {
  const std::string text =
      "usage_row,usage_installation,usage_installation_key,usage_billing_sid,usage_billing_sid_key,"
      "usage_columns:billing_sid_key=No;installation_key=No;reference=No,No,Amount\nR-1," +
      sid("XE", 1) + ",K7," + sid("BI", 1) + ",K7,,K7,1.5\n";
  const UsageInput input = IntakeCase().read(text);
  CHECK(rows_of(input) == std::vector<std::string>{sid("XE", 1) + " " + sid("BI", 1) + " 1.5 "});
  CHECK(input.references == std::vector<std::string>{"K7"});
}

TEST_CASE("a reference that a spreadsheet rounded is a problem in a file of ours only") {
  const std::string cells = sid("XE", 1) + "," + sid("BI", 1) + ",1.5,1.23456789012346E+016";
  const std::string header = "InstallationSid,BillingSid,Amount,InvoiceLineId";
  CHECK(problems_of(IntakeCase().read(header + "\n" + cells + "\n")).empty());
  CHECK(problems_of(IntakeCase().read("usage_row," + header + "\nR-1," + cells + "\n")) == "2:reference-rounded");
}

TEST_CASE("a table or constant that is given and says otherwise than a file of ours is told of, and not taken") {
  const IntakeCase files;
  IntakeOptions options;
  options.lookups["installation"] = {
      files.file("Customer No,InstallationSid\n0012," + sid("XE", 12) + "\n0034," + sid("XE", 34) + "\n", "table.csv"),
      "Customer No"};
  const std::string rows = kLookupHeader + lookup_row(1, sid("XE", 34), "0034", "0034");
  CHECK(warning_of(files.read(rows, options), "lookup-differs").empty());
  const UsageInput input = files.read(rows + lookup_row(2, sid("XE", 99), "0012", "0012"), options);
  CHECK(input.installations.at(input.rows.at(1).installation) == sid("XE", 99));
  CHECK(warning_of(input, "lookup-differs")
            .find("in.csv:3 says " + sid("XE", 99) + ", and what is given " + sid("XE", 12)) != std::string::npos);
  std::string unnamed = lookup_row(3, sid("XE", 99), "0012", "0012");
  unnamed.erase(0, unnamed.find(','));  // of a refused plan: no charge yet
  const UsageInput refused = files.read(rows + unnamed, options);
  CHECK(problems_of(refused) == "3:lookup-differs");
  CHECK(refused.invalid.at(0).problems.at(0).column == "usage_installation");
  IntakeOptions constant;
  constant.constants["billing_sid"] = sid("BI", 2);
  const std::string text = "usage_row,usage_billing_sid,InstallationSid,Amount\nR-1,";
  const UsageInput other = files.read(text + sid("BI", 5) + "," + sid("XE", 1) + ",1.5\n", constant);
  CHECK(other.billing_sids.at(other.rows.at(0).billing_sid) == sid("BI", 5));
  CHECK(!warning_of(other, "lookup-differs").empty());
  CHECK(
      warning_of(files.read(text + sid("BI", 2) + "," + sid("XE", 1) + ",1.5\n", constant), "lookup-differs").empty());
}
