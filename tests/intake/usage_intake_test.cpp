#include "usage/intake/usage_intake.h"

#include <doctest/doctest.h>

#include "intake_case.h"
#include "usage/base/digest.h"
#include "usage/base/sid.h"

using namespace usage;
using namespace usage::test;

namespace {

const std::string kHeader = "InstallationSid,BillingSid,Amount,InvoiceLineId,Currency\n";

std::string row(int installation, int billing, const std::string& amount, const std::string& rest = ",") {
  return sid("XE", installation) + "," + sid("BI", billing) + "," + amount + "," + rest + "\n";
}

}  // namespace

TEST_CASE("rows come out with their texts, exact amounts, lines and bytes") {
  const IntakeCase t;
  const std::string first = row(1, 11, "12.50", "L-1,eur");
  const std::string second = row(2, 12, "0.0000001", ",");
  const UsageInput input = t.read(kHeader + first + second);
  REQUIRE(input.rows.size() == 2);
  CHECK(input.invalid.empty());
  const UsageRow& a = input.rows[0];
  CHECK(input.installations[a.installation] == sid("XE", 1));
  CHECK(sid_key(input.installations[a.installation]) == sid_key(sid("XE", 1)));
  CHECK(input.billing_sids[a.billing_sid] == sid("BI", 11));
  CHECK(input.references[a.reference] == "L-1");
  CHECK(input.currencies[a.currency] == "EUR");
  CHECK(a.quantity.text() == "12.50");
  CHECK(a.place == RowPlace{kHeader.size(), static_cast<std::uint32_t>(first.size() - 1), 2});
  const UsageRow& b = input.rows[1];
  CHECK(b.reference == kNoText);
  CHECK(input.currencies[b.currency] == "");
  CHECK(b.quantity.text() == "0.0000001");
  CHECK(b.place.line == 3);
}

TEST_CASE("the file is described: mapping, digest, delimiter, header and where the rows begin") {
  const IntakeCase t;
  const std::string header = "InstallationSid;BillingSid;\"Net \"\"sum\"\"\"\r\n";
  const std::string text = "\xEF\xBB\xBF" + header + sid("XE", 1) + ";" + sid("BI", 2) + ";3";
  IntakeOptions options;
  options.columns = {{"quantity", "Net \"sum\""}};
  const InputFile file = t.read(text, options).files.at(0);
  Sha256 digest;
  digest.add(text);
  CHECK(file.digest == digest.hex());
  CHECK(file.bytes == text.size());
  CHECK(file.delimiter == ';');
  CHECK(file.had_bom_or_other_encoding);
  CHECK(file.header == header.substr(0, header.size() - 2));
  CHECK(file.body_offset == 3 + header.size());
  CHECK(file.mapping.quantity == "Net \"sum\"");
  CHECK(file.mapping.reference == "");
  CHECK(file.spool == file.name);
}

TEST_CASE("an installation in two letter cases is one, and keeps its first spelling") {
  const IntakeCase t;
  const std::string lower = "XE" + std::string(32, 'b');
  const std::string upper = "XE" + std::string(32, 'B');
  const std::string end = "," + sid("BI", 2) + ",3\n";
  const UsageInput input = t.read("InstallationSid,BillingSid,Amount\n" + upper + end + lower + ",BI" +
                                  std::string(32, 'C') + ",4\n" + lower + ",BI" + std::string(32, 'c') + ",5\n");
  REQUIRE(input.installations.size() == 1);
  CHECK(input.installations[0] == upper);
  CHECK(sid_key(input.installations[0]) == lower);
  REQUIRE(input.billing_sids.size() == 2);
  CHECK(input.billing_sids[1] == "BI" + std::string(32, 'C'));
  CHECK(input.rows[1].billing_sid == input.rows[2].billing_sid);
}

TEST_CASE("every problem of every row is reported with line, column, value, reason and remedy") {
  const IntakeCase t;
  const UsageInput input =
      t.read(kHeader + row(1, 11, "5") + "xe1,,$7,L-2,EUR\n" + row(2, 12, "6") + row(3, 13, "") + row(4, 14, "1,2"));
  CHECK(quantities_of(input) == "5 6");
  CHECK(problems_of(input) ==
        "3:installation-form 3:billing-sid-empty 3:quantity-form 5:quantity-empty 6:columns-extra");
  const InvalidRow& bad = input.invalid[0];
  CHECK(bad.installation == "xe1");
  CHECK(bad.quantity == "$7");
  CHECK(bad.reference == "L-2");
  CHECK(input.currencies[bad.currency] == "EUR");
  CHECK_FALSE(bad.amount);
  CHECK(bad.installation_index == kNoText);
  CHECK(bad.problems[0].column == "InstallationSid");
  CHECK(bad.problems[0].value == "xe1");
  for (const RowProblem& problem : bad.problems) {
    CHECK_FALSE(problem.reason.empty());
    CHECK_FALSE(problem.remedy.empty());
  }
}

TEST_CASE("an invalid row says its installation and amount where they can be read") {
  const IntakeCase t;
  const UsageInput input = t.read(kHeader + sid("XE", 1) + ",,5.5,,\n");
  REQUIRE(input.invalid.size() == 1);
  CHECK(input.invalid[0].amount->text() == "5.50");
  CHECK(input.installations.at(input.invalid[0].installation_index) == sid("XE", 1));
}

TEST_CASE("a number that no quantity can reach is no amount of its row, however many digits it has") {
  const IntakeCase t;
  const auto amount_of = [&](const std::string& cell, const IntakeOptions& options) {
    const UsageInput input =
        t.read(kHeader + "XE1," + sid("BI", 1) + "," + cell + ",,EUR\n" + row(1, 2, "1", ",USD"), options);
    const auto amount = input.invalid.empty() ? input.left_out.at(0).amount : input.invalid.at(0).amount;
    return amount ? amount->text() : "none";
  };
  IntakeOptions dollars;
  dollars.where = {{"Currency", RowFilter::Test::kEquals, "USD"}};
  for (const IntakeOptions& options : {IntakeOptions(), dollars}) {
    CHECK(amount_of("999999999999999", options) == "999999999999999.00");
    CHECK(amount_of("-999999999999999.5", options) == "-999999999999999.50");
    for (const char* cell :
         {"1000000000000000", "-1000000000000000", "89490000000000000001", "89490000000000000000001"})
      CHECK(amount_of(cell, options) == "none");
  }
}

TEST_CASE("a row of the wrong shape gives no amount, but the only installation SID in it is its installation") {
  const IntakeCase t;
  const UsageInput input = t.read(kHeader + "Smith, " + row(1, 11, "5") + row(2, 12, "6"));
  REQUIRE(problems_of(input) == "2:columns-extra");
  CHECK_FALSE(input.invalid[0].amount);
  CHECK(input.invalid[0].installation == sid("XE", 1));
  CHECK(input.installations.at(input.invalid[0].installation_index) == sid("XE", 1));
  const UsageInput two = t.read(kHeader + sid("XE", 3) + "," + row(4, 11, "5") + row(2, 12, "6"));
  CHECK(two.invalid.at(0).installation_index == kNoText);
}

TEST_CASE("a line break or control character in a mapped cell is a problem, in another column it is none") {
  const IntakeCase t;
  const std::string header = "InstallationSid,BillingSid,Amount,InvoiceLineId,Memo\n";
  const std::string start = sid("XE", 1) + "," + sid("BI", 2) + ",";
  const UsageInput input = t.read(header + start + "3,L-1,\"two\nlines\"\n" + start + "4,\"L\n2\",x\n" + start +
                                  "\"5\n\",L-3,y\n" + start + "6,L\x01-4,z\n");
  CHECK(quantities_of(input) == "3");
  CHECK(problems_of(input) == "4:cell-control-character 6:cell-control-character 8:cell-control-character");
}

TEST_CASE("a stray quote is a problem of its row, also in a column that is not mapped") {
  const IntakeCase t;
  const UsageInput input =
      t.read("InstallationSid,BillingSid,Amount,Memo\n" + row(1, 2, "3", "\"x\"y") + row(1, 2, "4", "5\" pipe"));
  CHECK(problems_of(input) == "2:quote-form");
  CHECK(input.invalid[0].problems[0].column == "Memo");
  CHECK(quantities_of(input) == "4");
}

TEST_CASE("blanks around mapped cells are cut, also within quotes") {
  const IntakeCase t;
  const UsageInput input =
      t.read(kHeader + " " + sid("XE", 1) + "\t,\" " + sid("BI", 2) + " \", 3 ,\" L-1 \",\" usd \"\n");
  REQUIRE(input.rows.size() == 1);
  CHECK(input.references.at(0) == "L-1");
  CHECK(input.currencies.at(1) == "USD");
}

TEST_CASE("a no-break space makes no currency of its own, nor a currency where there is none") {
  const IntakeCase t;
  const UsageInput input = t.read(kHeader + row(1, 2, "3", ",EUR") + row(1, 2, "4", ",EUR\xC2\xA0") +
                                  row(1, 2, "5", ",\xC2\xA0") + row(1, 2, "6", ","));
  REQUIRE(input.rows.size() == 4);
  CHECK(input.rows[1].currency == input.rows[0].currency);
  CHECK(input.rows[2].currency == 0);
  CHECK(input.rows[3].currency == 0);
}

TEST_CASE("--decimal-comma reads commas, and refuses the point") {
  const IntakeCase t;
  IntakeOptions options;
  options.decimal_sign = DecimalSign::kComma;
  const std::string header = "InstallationSid;BillingSid;Amount\n";
  const std::string start = sid("XE", 1) + ";" + sid("BI", 2) + ";";
  const UsageInput input = t.read(header + start + "1234,50\n" + start + "1.234\n", options);
  CHECK(quantities_of(input) == "1234.50");
  CHECK(problems_of(input) == "3:quantity-form");
}

TEST_CASE("--max-amount makes a larger amount a problem, and not an equal one") {
  const IntakeCase t;
  IntakeOptions options;
  options.max_amount = std::get<Quantity>(Quantity::parse("100"));
  const UsageInput input = t.read(kHeader + row(1, 11, "100.00") + row(2, 12, "100.01"), options);
  CHECK(quantities_of(input) == "100.00");
  CHECK(problems_of(input) == "3:quantity-above-max");
  CHECK(input.invalid[0].amount->text() == "100.01");
}

TEST_CASE("references and currencies have limits") {
  const IntakeCase t;
  const UsageInput input =
      t.read(kHeader + row(1, 11, "1", std::string(256, 'r') + "," + std::string(16, 'c')) +
             row(2, 12, "2", std::string(257, 'r') + ",EUR") + row(3, 13, "3", "L-3," + std::string(17, 'c')) +
             row(4, 14, "4", "L\xE2\x80\x8B-4,\xE2\x82\xAC"));
  CHECK(quantities_of(input) == "1");
  CHECK(problems_of(input) == "3:reference-too-long 4:currency-form 5:reference-form");
}

TEST_CASE("a column with more than 1000 currencies is not one of currencies") {
  const IntakeCase t;
  std::string text = kHeader;
  for (int i = 0; i < 1000; ++i) text += row(1, 11, "1", "," + std::to_string(i));
  CHECK(t.refusal(text) == "");
  CHECK(t.refusal(text + row(1, 11, "1", ",1000")) == "too-many-currencies");
}

TEST_CASE("an empty billing SID is a problem, an unusual one a single warning") {
  const IntakeCase t;
  const std::string start = sid("XE", 1) + ",";
  const UsageInput input = t.read("InstallationSid,BillingSid,Amount\n" + start + "fee-a,1\n" + start + "fee b,2\n" +
                                  start + "fee-c,3\n" + start + sid("BI", 1) + ",4\n");
  CHECK(problems_of(input) == "3:billing-sid-impossible");
  CHECK(warning_of(input, "billing-sid-form") ==
        "the billing SID is not BI and 32 hex digits in 2 rows (line 2, line 4), first fee-a");
}

TEST_CASE("our own result file is read with plain decimals and gives the usage rows") {
  const IntakeCase t;
  IntakeOptions options;
  options.decimal_sign = DecimalSign::kComma;
  const UsageInput input =
      t.read("usage_row,usage_status,InstallationSid,BillingSid,Amount\np-1/7,failed," + sid("XE", 1) + "," +
                 sid("BI", 2) + ",1.5\n,," + sid("XE", 2) + "," + sid("BI", 3) + ",2.5\np-1\xC3\xBC,x," + sid("XE", 2) +
                 "," + sid("BI", 4) + ",3\n",
             options);
  CHECK(quantities_of(input) == "1.5 2.5");
  CHECK(input.usage_rows == std::vector<std::string>{"p-1/7", ""});
  CHECK(problems_of(input) == "4:usage-row-form");
  CHECK(input.files[0].mapping.usage_row == "usage_row");
}

TEST_CASE("a file without header, without rows, or without the needed columns is refused") {
  const IntakeCase t;
  CHECK(t.refusal("") == "input-empty");
  CHECK(t.refusal(kHeader) == "input-no-rows");
  CHECK(t.refusal(kHeader + "\n  \n") == "input-no-rows");
  const std::string ours = "usage_row,usage_status,InstallationSid,BillingSid,Amount\n";  // once all of it is settled
  CHECK_THROWS_WITH_AS(t.read(ours), doctest::Contains("lists nothing, or nothing any more"), RefusedError);
  CHECK(t.refusal("a,b,c\n1,2,3\n") == "column-missing");
  CHECK(t.refusal("Quantity,Amount,InstallationSid,BillingSid\n1,2,3,4\n") == "quantity-ambiguous");
}

TEST_CASE("damage in the middle refuses the file even when all rows before it are good") {
  const IntakeCase t;
  std::string text = kHeader;
  for (int i = 0; i < 30'000; ++i) text += row(i % 7, 11, "1");
  CHECK(t.refusal(text) == "");
  CHECK(t.refusal(text + "\"open,\n" + row(1, 11, "1")) == "input-quote");
  CHECK(t.refusal(text + std::string(1, '\0')) == "input-nul");
  CHECK(t.refusal(text + "\xFF\n") == "input-encoding");
}

TEST_CASE("files that cannot be opened or are no files are refused, before any is read") {
  const IntakeCase t;
  const auto refusal = [&](const std::string& name) {
    try {
      read_usage({t.file(kHeader + row(1, 2, "3")), name}, {}, [](auto, auto) { FAIL("read"); });
      return std::string();
    } catch (const RefusedError& error) {
      return error.name();
    }
  };
  CHECK(refusal((t.folder() / "gone.csv").string()) == "input-open");
  CHECK(refusal(t.folder().string()) == "input-open");
}

TEST_CASE("several files are one input: rows say their file, and each has its own columns") {
  const IntakeCase t;
  const std::string one =
      t.file("BillingSid;InstallationSid;Amount\n" + sid("BI", 1) + ";" + sid("XE", 1) + ";3\n", "1.csv");
  const std::string two = t.file(
      "usage_row,InstallationSid,BillingSid,Amount\nr-1," + sid("XE", 1) + "," + sid("BI", 1) + ",3\n,,,x\n", "2.csv");
  const UsageInput input = read_usage({one, two}, {}, {});
  REQUIRE(input.rows.size() == 2);
  CHECK(input.rows[0].file == 0);
  CHECK(input.rows[1].file == 1);
  CHECK(input.rows[0].installation == input.rows[1].installation);
  CHECK(input.usage_rows == std::vector<std::string>{"", "r-1"});
  CHECK(input.invalid.at(0).file == 1);
  CHECK(input.invalid.at(0).problems.at(0).file == 1);
  CHECK(warning_of(input, "equal-rows").find("1.csv:2, ") != std::string::npos);
  CHECK_THROWS_AS(read_usage({one, one}, {}, {}), RefusedError);
}

TEST_CASE("progress ends with all bytes") {
  const IntakeCase t;
  const std::string one = t.file(kHeader + row(1, 2, "3"), "1.csv");
  const std::string two = t.file(kHeader + row(4, 5, "6"), "2.csv");
  std::uint64_t last = 0;
  std::uint64_t all = 0;
  read_usage({one, two}, {}, [&](std::uint64_t done, std::uint64_t total) {
    CHECK(done >= last);
    last = done;
    all = total;
  });
  CHECK(last == 2 * (kHeader.size() + row(1, 2, "3").size()));
  CHECK(all == last);
}

TEST_CASE("a file that changes while it is read is refused, whether it grows or loses chunks") {
  const IntakeCase t;
  std::string text = kHeader;
  for (int i = 0; i < 100; ++i) text += row(i, 2, "3");
  for (const std::size_t size :
       {text.size() + 1, text.size() - 1, text.size() / 2, kHeader.size() + 1, std::size_t{0}}) {
    CAPTURE(size);
    const std::string file = t.file(text);
    const auto change = [&](std::uint64_t, std::uint64_t) { std::filesystem::resize_file(file, size); };
    try {
      read_usage({file}, {}, change, {1, 200});
      FAIL("it was read");
    } catch (const RefusedError& error) {
      CHECK((error.name() == "input-changed" || error.name() == "input-nul"));
    }
  }
}

TEST_CASE("warnings of the rows come in one order, though they are looked for at the same time") {
  const IntakeCase folder;
  std::string text = "InstallationSid,BillingSid,Amount\n";
  for (int i = 0; i < 30; ++i) text += sid("XE", i) + "," + sid("BI", 1) + ",2\n";
  text += sid("XE", 1) + ",odd,5000\n" + sid("XE", 2) + "," + sid("BI", 1) + ",2\n";
  std::vector<std::string> names;
  for (const Warning& warning : folder.read(text).warnings) names.push_back(warning.name);
  CHECK(names == std::vector<std::string>{"billing-sid-form", "equal-rows", "amount-outlier"});
}
