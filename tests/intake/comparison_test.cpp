// What only shows when rows are held against each other: repeated references and the warnings.
#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

const std::string kHeader = "InstallationSid,BillingSid,Amount,InvoiceLineId,Currency\n";

std::string row(int installation, int billing, const std::string& amount, const std::string& reference = "",
                const std::string& currency = "") {
  return sid("XE", installation) + "," + sid("BI", billing) + "," + amount + "," + reference + "," + currency + "\n";
}

}  // namespace

TEST_CASE("a reference that stands twice with one billing SID of one installation rejects both rows") {
  const IntakeCase t;
  const UsageInput input =
      t.read(kHeader + row(1, 11, "1", "L-1") + row(1, 12, "2", "L-1") + row(2, 11, "3", "L-1") +
             row(1, 11, "bad", "L-8") + row(1, 11, "4.50", "L-1", "EUR") + row(1, 11, "5") + row(1, 11, "6"));
  CHECK(quantities_of(input) == "2 3 5 6");
  CHECK(problems_of(input) == "2:reference-repeated 5:quantity-form 6:reference-repeated");
  const InvalidRow& last = input.invalid[2];
  CHECK(last.installation == sid("XE", 1));
  CHECK(last.billing_sid == sid("BI", 11));
  CHECK(last.reference == "L-1");
  CHECK(last.amount->text() == "4.50");
  CHECK(input.currencies[last.currency] == "EUR");
  CHECK(last.problems[0].column == "InvoiceLineId");
  CHECK(last.problems[0].reason.find("line 2,") != std::string::npos);
  CHECK(input.invalid[0].problems[0].reason.find("line 6,") != std::string::npos);
}

TEST_CASE("a reference that stands three times rejects three rows, and usage rows stay beside theirs") {
  const IntakeCase t;
  const std::string start = sid("XE", 1) + "," + sid("BI", 2) + ",";
  const UsageInput input =
      t.read("InstallationSid,BillingSid,Amount,InvoiceLineId,usage_row\n" + start + "1,L-1,r1\n" + start +
             "2,L-2,r2\n" + start + "3,L-1,r3\n" + start + "4,L-1,r4\n" + start + "5,L-5,r5\n");
  CHECK(problems_of(input) == "2:reference-repeated 4:reference-repeated 5:reference-repeated");
  CHECK(quantities_of(input) == "2 5");
  CHECK(input.usage_rows == std::vector<std::string>{"r2", "r5"});
}

TEST_CASE("equal rows are one warning with their number and first lines, and stay rows") {
  const IntakeCase t;
  const UsageInput input = t.read(kHeader + row(1, 11, "5") + row(2, 11, "5") + row(1, 11, "5.00") + row(1, 12, "5") +
                                  row(1, 11, "6") + row(1, 11, "5", "L-1") + row(1, 11, "5", "L-2"));
  CHECK(input.rows.size() == 7);
  CHECK(warning_of(input, "equal-rows") ==
        "installation, billing SID and quantity are those of another row in 4 rows (line 2, line 4, line 7, ...); each "
        "is billed");
}

TEST_CASE(
    "a row that a filter leaves out, equal to one that counts, is a warning: uploaded alone it would not be billed") {
  const IntakeCase t;
  const std::string text = "InstallationSid,BillingSid,Amount,InvoiceLineId,Region\n";
  const auto line = [](const std::string& rest) { return sid("XE", 1) + "," + sid("BI", 2) + "," + rest + "\n"; };
  IntakeOptions options;
  options.where = {{"Region", RowFilter::Test::kEquals, "N"}};
  const auto warned = [&](const std::string& rows) {
    const UsageInput input = t.read(text + rows, options);
    std::string names;
    for (const Warning& warning : input.warnings) names += warning.name + " ";
    return names;
  };
  CHECK(warned(line("25,,N") + line("25.00,,S")) == "equal-rows ");
  CHECK(warned(line("25,,N") + line("26,,S")) == "");
  CHECK(warned(line("25,L1,N") + line("25,L2,S")) == "");
  CHECK(warned(line("25,L1,N") + line("25,,S")) == "");
}

TEST_CASE("rows that differ in their reference are not equal") {
  const IntakeCase t;
  const UsageInput input = t.read(kHeader + row(1, 11, "5", "L-1") + row(1, 11, "5", "L-2") + row(2, 11, "5"));
  CHECK(input.warnings.empty());
}

TEST_CASE("an amount of more than 100 times the median of its currency is a warning, where there are 20 rows") {
  const IntakeCase t;
  std::string text = kHeader;
  for (int i = 0; i < 19; ++i) text += row(i, 11, "1.5", "", "EUR");
  CHECK(t.read(text + row(50, 11, "150.01", "", "eur")).warnings.size() == 1);
  CHECK(warning_of(t.read(text + row(50, 11, "150.01", "", "EUR")), "amount-outlier") ==
        "the amount is more than 100 times the median (1.5 EUR) in 1 row (line 21), first 150.01 EUR");
  CHECK(t.read(text + row(50, 11, "150.00", "", "EUR")).warnings.empty());
  CHECK(t.read(text + row(50, 11, "999", "", "USD")).warnings.empty());
  CHECK(t.read(text).warnings.empty());
}

TEST_CASE("the median of an even number of amounts is the lower of the two in the middle") {
  const IntakeCase t;
  std::string text = kHeader;
  for (int i = 0; i < 10; ++i) text += row(i, 11, "1") + row(i + 10, 11, "100.01");
  CHECK(warning_of(t.read(text), "amount-outlier")
            .starts_with("the amount is more than 100 times the median (1) in 10 "));
  CHECK(t.read(text + row(50, 11, "100.01")).warnings.empty());
}

TEST_CASE("in a large file, too, a currency of 20 rows has its median") {
  UsageInput input;
  input.currencies = {"", "USD", "EUR"};
  input.billing_sids = {sid("BI", 1)};
  const auto add = [&input](std::uint16_t currency, const char* amount) {
    UsageRow row{{}, *Quantity::parse_short(amount)};
    row.currency = currency;
    row.billing_sid = 0;
    row.installation = static_cast<std::uint32_t>(input.rows.size());  // none is equal to another
    input.rows.push_back(row);
  };
  for (int i = 0; i < 2'000'000; ++i) {
    add(1, "2");
    if (i % 100'000 == 1) add(2, i == 1 ? "300" : "1.5");
  }
  CHECK(warning_of(input, "amount-outlier") == "");
  input.warnings = warnings_of_comparison(input);
  CHECK(
      warning_of(input, "amount-outlier").starts_with("the amount is more than 100 times the median (1.5 EUR) in 1 "));
}
