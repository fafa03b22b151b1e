// One worker that reads a file at once, each row by the exact reader, and several that read it in tiny pieces, most
// rows in the fast lane, say the same of every file.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "intake/intake_case.h"
#include "support/input_text_form.h"
#include "support/long_tests.h"
#include "support/seed.h"

namespace usage {
namespace {

using test::IntakeCase;
using test::sid;
using test::told_of;

constexpr ReadingSizes kAtOnce = {1, std::size_t{1} << 20, RowLanes::kExact};

std::string told(const std::string& file, const IntakeOptions& options, ReadingSizes sizes) {
  return told_of([&] { return read_usage({file}, options, {}, sizes); });
}

void check_sizes(const std::string& file, const IntakeOptions& options, std::initializer_list<ReadingSizes> sizes) {
  const std::string expected = told(file, options, kAtOnce);
  for (const ReadingSizes& size : sizes) {
    CAPTURE(file);
    CAPTURE(size.workers);
    CAPTURE(size.chunk);
    CHECK(told(file, options, size) == expected);
  }
}

std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Rows as exports have them, and everything that could mislead who begins to read in the middle.
std::string hostile_text(std::mt19937_64& random) {
  const auto one_of = [&random](const std::vector<std::string>& texts) { return texts[random() % texts.size()]; };
  const auto amount = [&] {
    return one_of({"1.25", "0012.50", ".5", "7.", "0", "-3", "1,5", "12345678901234567", "999999999999.999"});
  };
  const auto memo = [&] {
    return one_of({"plain", "\"quoted\"", "\"a,b\"", "\"line\nbreak\"", "\"line\r\nbreak,\n\n\"", "\"say \"\"no\"\"\"",
                   "5\" pipe", "\"x\" y", " \"z\"", "\"\"", "", "M\xC3\xBCller",
                   "\"XE\n" + sid("XE", 3) + "," + sid("BI", 1) + ",9\n\"", "\t", "a\vb"});
  };
  const auto installation = [&] {
    return one_of({sid("XE", 1), sid("XE", 2), "XE" + std::string(31, 'A') + "7", "XE1", "", "\"" + sid("XE", 4) + "\"",
                   " " + sid("XE", 5)});
  };
  std::string text = "Memo,InstallationSid,BillingSid,Amount,Currency,InvoiceLineId,Last\n";
  const std::size_t rows = 1 + random() % 40;
  for (std::size_t i = 0; i < rows; ++i) {
    text += memo() + "," + installation() + "," + one_of({sid("BI", 1), "\"" + sid("BI", 2) + "\"", "odd", ""}) + "," +
            amount() + "," + one_of({"EUR", "usd", "USD", "", "\xE2\x82\xAC"}) + "," +
            one_of({"", "r" + std::to_string(random() % 50), "r" + std::to_string(i)}) + "," + memo() +
            one_of({"", "", "", ",extra"}) + one_of({"\n", "\n", "\r\n", "\n\n", "\n \n"});
  }
  if (random() % 3 == 0) text.pop_back();
  return text;
}

void damage(std::string& text, std::mt19937_64& random) {
  constexpr std::string_view kBytes("\0\"\"\"\r\n\n,;\xFF\xC3 a", 13);
  for (std::size_t n = random() % 4; n > 0; --n) {
    const std::size_t at = random() % text.size();
    const char byte = kBytes[random() % kBytes.size()];
    if (random() % 2 == 0)
      text[at] = byte;
    else
      text.insert(at, 1, byte);
  }
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.file_size() < 200'000) files.push_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("generated hostile files are read alike in chunks of any size by any number of workers") {
  const IntakeCase folder;
  std::mt19937_64 random(test::test_seed("files in chunks"));
  const std::size_t files = test::are_long() ? 60 : 24;
  std::size_t valid = 0;
  for (std::size_t i = 0; i < files; ++i) {
    std::string text = hostile_text(random);
    if (i % 2 == 1) damage(text, random);
    IntakeOptions options;
    if (i % 3 == 2) options.max_amount = std::get<Quantity>(Quantity::parse("100"));
    if (i % 4 == 3) options.decimal_sign = DecimalSign::kComma;
    if (i % 8 == 7) options.grouping = DigitGrouping::kPoint;
    if (i % 6 == 5) options.columns["reference"] = "Memo";
    if (i % 5 == 4) options.where.push_back({"Currency", RowFilter::Test::kDiffers, "EUR"});
    if (i % 7 == 6) options.zero = ZeroAmounts::kLeaveOut;
    const std::string file = folder.file(text);
    CAPTURE(text);
    check_sizes(file, options, {{1, std::size_t{1} << 20}, {3, 64}, {2, 17 + i % 100}, {4, 1000}});
    if (i % 2 == 0) valid += read_usage({file}, options, {}).rows.size();
  }
  CHECK(valid > files / 2);
}

TEST_CASE("every file of the tests and of the sample data is read alike at once and in chunks") {
  const IntakeCase folder;
  std::size_t read = 0;
  for (const char* part : {"tests", "sample_data"}) {
    for (const auto& path : files_below(std::filesystem::path(USAGE_SOURCE_DIR) / part)) {
      const std::string bytes = bytes_of_file(path);
      const std::string file = folder.file(bytes);
      const std::size_t chunk = std::max<std::size_t>(64, bytes.size() / 20);
      check_sizes(file, {}, {{3, chunk}});
      ++read;
    }
  }
  CHECK(read > 100);
}

TEST_CASE("a quoted text full of rows is no rows, wherever a chunk begins in it") {
  const IntakeCase folder;
  std::string inner;
  for (int i = 0; i < 50; ++i) inner += sid("XE", i) + "," + sid("BI", 1) + ",1.00,x\n";
  const std::string text = "InstallationSid,BillingSid,Amount,Memo\n" + sid("XE", 1) + "," + sid("BI", 1) + ",2.00,\"" +
                           inner + "\"\n" + sid("XE", 2) + "," + sid("BI", 1) + ",3.00,y\n";
  for (const std::size_t chunk : {40U, 64U, 100U, 5000U}) {
    const UsageInput input = read_usage({folder.file(text)}, {}, {}, {3, chunk});
    CHECK(test::quantities_of(input) == "2.00 3.00");
    CHECK(input.rows.at(1).place.line == 53);
  }
}

TEST_CASE("the damage that comes first in the file is told, with line and byte, whatever else is wrong below") {
  const IntakeCase folder;
  std::string text = "InstallationSid,BillingSid,Amount\n";
  for (int i = 0; i < 20; ++i) text += sid("XE", i) + "," + sid("BI", 1) + ",1.00\n";
  const std::size_t bad = text.size() + 2;
  text += "XE\xFF,b,1\n";
  for (int i = 0; i < 20; ++i) text += sid("XE", i) + "," + sid("BI", 1) + ",1.00\n";
  text += "\"open";
  const std::string file = folder.file(text);
  for (const std::size_t chunk : {64U, 200U, 100'000U}) {
    const std::string told_text = told(file, {}, {3, chunk});
    CHECK(told_text.find("in.csv:22: not valid UTF-8 (byte " + std::to_string(bad) + ")") != std::string::npos);
  }
}

TEST_CASE("what refuses the file at one row is told before damage that stands below") {
  const IntakeCase folder;
  std::string text = "InstallationSid,BillingSid,Amount,Currency\n";
  for (int i = 0; i < 1001; ++i) text += sid("XE", i) + "," + sid("BI", 1) + ",1.00,C" + std::to_string(i) + "\n";
  const std::string file = folder.file(text + "\"open");
  for (const std::size_t chunk : {2000U, 1'000'000U})
    CHECK(told(file, {}, {2, chunk}).starts_with("too-many-currencies"));
}

TEST_CASE("what no plain row may hold is found in one that looks plain") {
  const IntakeCase folder;
  const std::string header = "InstallationSid,BillingSid,Amount,Memo\n";
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",150.00,";
  std::string long_text = header;
  while (long_text.size() < (std::size_t{1} << 20) + 1000) long_text += row + "a longer text\n";
  IntakeOptions options;
  options.max_amount = std::get<Quantity>(Quantity::parse("100"));
  for (const std::string& text : {header + row + "a\rb\n", header + row + "a\n", header + row + "a\xFFz\n",
                                  long_text + row + std::string("a\0b", 3) + "\n"}) {
    const std::string file = folder.file(text);
    check_sizes(file, {}, {{1, std::size_t{1} << 20}, {2, text.size() / 3}});
    check_sizes(file, options, {{1, std::size_t{1} << 20}});
  }
}

TEST_CASE("a quoted cell of a plain row says what stands between its quotes, in both lanes") {
  const IntakeCase folder;
  const std::string row = sid("XE", 1) + "," + sid("BI", 1) + ",";
  const std::string quoted_row = "\"" + sid("XE", 2) + "\",\"" + sid("BI", 2) + "\",";
  const std::string file =
      folder.file("InstallationSid,BillingSid,Amount,InvoiceLineId,Currency\n" + row + "1,\"L,1\",\"EUR\"\n" + row +
                  "2,\" L-2 \", EUR\t\n" + quoted_row + "\" 3 \",\"L 3\",\"\"\n" + quoted_row + " 4 ,\"\"\"\",eur\n");
  check_sizes(file, {}, {{1, std::size_t{1} << 20}, {3, 70}});
  const UsageInput input = read_usage({file}, {}, {});
  CHECK(input.references == std::vector<std::string>{"L,1", "L-2", "L 3", "\""});
  CHECK(input.currencies == std::vector<std::string>{"", "EUR"});
  CHECK(test::quantities_of(input) == "1 2 3 4");
}

TEST_CASE("constants and look-ups are the same in both lanes") {
  const IntakeCase folder;
  const std::string table =
      folder.file("Customer,InstallationSid\nA," + sid("XE", 1) + "\n\xC3\x96," + sid("XE", 2) + "\n", "table.csv");
  IntakeOptions options;
  options.lookups["installation"] = {table, "Customer"};
  options.constants["billing_sid"] = sid("BI", 7);
  options.constants["currency"] = "eur";
  const std::string file = folder.file("Customer,Amount\nA,1\n\"\xC3\x96\",2\nB,3\n,4\n A ,5\n\"a\vb\",6\nA,0\n");
  check_sizes(file, options, {{1, 1000}, {3, 20}});
  CHECK(test::quantities_of(read_usage({file}, options, {})) == "1 2 5");
}

TEST_CASE("spellings of one installation: the first in the file is shown, whoever met one first") {
  const IntakeCase folder;
  const std::string upper = "XEAaaAAAAAbAcaaaAAAAAAAAAAAAAAdAaA";
  const std::string lower = "XEaaaaaaaabacaaaaaaaaaaaaaaaaadaaa";
  std::string text = "InstallationSid,BillingSid,Amount\n" + upper + "," + sid("BI", 1) + ",1\n";
  for (int i = 0; i < 30; ++i) text += lower + "," + sid("BI", 1) + "," + std::to_string(i + 2) + "\n";
  const UsageInput input = read_usage({folder.file(text)}, {}, {}, {3, 90});
  REQUIRE(input.installations.size() == 1);
  CHECK(input.installations[0] == upper);
  CHECK(sid_key(input.installations[0]) == lower);
}

TEST_CASE("a file that is written to while it is read is refused") {
  const IntakeCase folder;
  std::string text = "InstallationSid,BillingSid,Amount\n";
  for (int i = 0; i < 20; ++i) text += sid("XE", i) + "," + sid("BI", 1) + ",1.00\n";
  const std::string file = folder.file(text);
  const auto append = [&](std::uint64_t, std::uint64_t) { std::ofstream(file, std::ios::app) << "x"; };
  CHECK_THROWS_WITH_AS(read_usage({file}, {}, append, {1, 300}), doctest::Contains("changed while it was read"),
                       RefusedError);
}

}  // namespace usage
