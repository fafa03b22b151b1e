#include <doctest/doctest.h>

#include "intake_case.h"
#include "usage/intake/inspection.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string profile_of(const std::string& text) {
  const IntakeCase t;
  return first_profile(inspect(t.file(text), {}));
}

// The lines that are no comments, without the delimiter's.
std::string keys_of(const std::string& profile) {
  std::string keys;
  std::size_t begin = 0;
  while (begin < profile.size()) {
    const std::size_t end = profile.find('\n', begin);
    const std::string line = profile.substr(begin, end - begin);
    if (!line.empty() && line.front() != '#' && !line.starts_with("delimiter")) keys += line + "\n";
    begin = end + 1;
  }
  return keys;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string row(const std::string& amount, int n = 1) {
  return sid("XE", n) + "," + sid("BI", n) + "," + amount + "\n";
}
constexpr const char* kHeader = "Where,What,Amount\n";
constexpr const char* kColumns = "column = [\"installation=Where\", \"billing_sid=What\", \"quantity=Amount\"]\n";

}  // namespace

TEST_CASE("what is certain is a key") {
  CHECK(keys_of(profile_of(kHeader + row("1.50") + row("2.75", 2))) == kColumns);
  const std::string comma = "Where;What;Amount\n" + sid("XE", 1) + ";" + sid("BI", 1) + ";1.234,50\n";
  CHECK(keys_of(profile_of(comma)) == std::string(kColumns) + "decimal-comma = true\ngrouping = \"point\"\n");
  CHECK(has(profile_of(comma), "\ndelimiter = \"semicolon\"\n"));
  CHECK(keys_of(profile_of(std::string("A title\n") + kHeader + row("1.50") + row("2.75", 2))) ==
        std::string("header-line = 2\n") + kColumns);
}

TEST_CASE("nothing is guessed between 1.234 and 1,234: neither sign becomes a key") {
  const std::string point = profile_of(kHeader + row("1.234") + row("7", 2));
  CHECK(keys_of(point) == kColumns);
  CHECK(has(point, "# Open: whether 1.234 (line 2, and 1 cell in all like it)"));
  CHECK(has(point, "\n#decimal-comma = true\n"));
  CHECK(has(point, "\n#grouping = \"point\"\n"));
  const std::string comma = profile_of(kHeader + row("\"1,234\"") + row("\"2,345\"", 2));
  CHECK(keys_of(comma) == kColumns);
  CHECK(has(comma, "# Open: whether 1,234 (line 2, and 2 cells in all like it)"));
  CHECK(has(comma, "\n#grouping = \"comma\"\n"));
}

TEST_CASE("cells that prove different signs are said to") {
  const std::string profile = profile_of(kHeader + row("1.50") + row("\"2,75\"", 2));
  CHECK(keys_of(profile) == kColumns);
  CHECK(has(profile, "# Decimal sign: open."));
}

TEST_CASE("a role that is open names the options that decide it, each key once") {
  const std::string profile = profile_of("CustomerNo,Item,Amount\nC7,SMS,1.50\nC8,FEE,2.75\n");
  CHECK(keys_of(profile) == "column = [\"quantity=Amount\"]\n");
  CHECK(has(profile, "\n#lookup = [\"installation=TABLE.csv:CustomerNo\", \"billing_sid=TABLE.csv:Item\"]\n"));
  CHECK(has(profile, "\n#constant = [\"installation=XE...\", \"billing_sid=BI...\"]\n"));
}

TEST_CASE("a column without a name for money is left to the reader") {
  const std::string profile =
      profile_of("Where,What,Price,Total\n" + sid("XE", 1) + "," + sid("BI", 1) + ",1.50,3.25\n");
  CHECK(keys_of(profile) == "column = [\"installation=Where\", \"billing_sid=What\"]\n");
  CHECK(has(profile, "# quantity: open. column decides"));
  CHECK(has(profile, "\"Price\" (column 3), \"Total\" (column 4)"));
}

TEST_CASE("zeros, credits and currency signs are counted, with what can be done") {
  const std::string profile = profile_of(kHeader + row("0.00") + row("-1.50", 2) + row("-2.75", 3) + row("$5.25", 4));
  CHECK(has(profile, "# 1 amount is 0"));
  CHECK(has(profile, "\n#zero = \"skip\"\n"));
  CHECK(has(profile, "# 2 amounts are negative"));
  CHECK(has(profile, "# 1 amount has a currency sign"));
}

TEST_CASE("filters are offered with the values that stand there, and rows without a SID") {
  std::string text = "Where,What,Amount,Status\n";
  for (int i = 1; i < 4; ++i) text += sid("XE", i) + "," + sid("BI", i) + "," + std::to_string(i) + ".25,Paid\n";
  text += sid("XE", 4) + ",,4.25,Void\n";
  const std::string profile = profile_of(text);
  CHECK(has(profile, "#   \"Status\" (column 4): Paid (3), Void (1)\n"));
  CHECK(has(profile, "\n#where = [\"Status=Paid\", \"What!=\"]\n"));
  CHECK(has(profile, "# billing_sid: \"What\" (column 2), in 3 of 4 rows.\n"));
}

TEST_CASE("a total line is a key only where the rows add up to it") {
  CHECK(has(keys_of(profile_of(kHeader + row("1.50") + row("2.75", 2) + "Total,,4.25\n")), "total-row = true\n"));
  const std::string wrong = profile_of(kHeader + row("1.50") + row("2.75", 2) + "Total,,4.26\n");
  CHECK_FALSE(has(keys_of(wrong), "total-row"));
  CHECK(has(wrong, "# Line 4 looks like a total: 4.26; all rows above it add up to 4.25."));
  CHECK(has(wrong, "\n#total-row = true\n"));
}

TEST_CASE("names are written so that TOML reads them back, and nothing in them ends a comment") {
  const std::string header = "\"The \"\"right\"\" \\ place\",What,\"Amount\nnet\"\n";
  const std::string profile = profile_of(header + row("1.50") + row("2.75", 2));
  CHECK(has(profile, "column = [\"installation=The \\\"right\\\" \\\\ place\", \"billing_sid=What\"]\n"));
  CHECK(has(profile, "# quantity: open."));
  CHECK_FALSE(has(profile, "\nnet"));
}

TEST_CASE("a result file of our own needs no profile") {
  const std::string profile = profile_of("usage_row,InstalledAddOnSid,BillingSid,Amount\nR-1-1,x,y,1.50\n");
  CHECK(keys_of(profile).empty());
  CHECK(has(profile, "without a profile"));
}

TEST_CASE("an encoding is a key only where it is not found by itself, and is said to need a look") {
  const std::string text = kHeader + row("1.50") + row("2.75", 2);
  CHECK(has(profile_of(text), "# Encoding: utf-8, which is found by itself.\n"));
  const std::string profile =
      profile_of("Where,What,Amount,Name\n" + sid("XE", 1) + "," + sid("BI", 1) + ",1.50,Caf\xE9\n");
  CHECK(has(keys_of(profile), "encoding = \"windows-1252\"\n"));
  CHECK(has(profile, "Check an accented name."));
}

TEST_CASE("an encoding that was given is a key, and not said to be named by nothing") {
  const IntakeCase t;
  InspectionOptions options;
  options.encoding = Encoding::kUtf8;
  const std::string profile = first_profile(inspect(t.file(kHeader + row("1.50") + row("2.75", 2)), options));
  CHECK(has(profile, "# Encoding: utf-8, as it was given.\n"));
  CHECK(has(keys_of(profile), "encoding = \"utf-8\"\n"));
  CHECK_FALSE(has(profile, "nothing in the file names it"));
}

TEST_CASE("the command to try it with takes a file's name for a file, whatever it begins with") {
  Inspection found;
  found.is_own_result = true;  // the title alone
  found.file = "-o.csv";
  CHECK(has(first_profile(found), "usage-uploader validate ./-o.csv --config THIS_FILE\n"));
  found.file = "my october.csv";
  CHECK(has(first_profile(found), "usage-uploader validate 'my october.csv' --config THIS_FILE\n"));
}
