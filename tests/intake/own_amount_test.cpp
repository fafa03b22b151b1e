// Amounts in files of ours: what a spreadsheet made of a cell is never taken for what a person wrote.
#include "../../src/intake/own_amount.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/long_tests.h"
#include "support/seed.h"
#include "usage/intake/own_columns.h"

using namespace usage;

namespace {

constexpr AmountSigns kPoint = {DecimalSign::kPoint, DigitGrouping::kNone};
constexpr AmountSigns kComma = {DecimalSign::kComma, DigitGrouping::kNone};
constexpr AmountSigns kPointAndComma = {DecimalSign::kPoint, DigitGrouping::kComma};
constexpr AmountSigns kCommaAndPoint = {DecimalSign::kComma, DigitGrouping::kPoint};

// The amount, or the problem's name.
std::string read(std::string_view cell, std::string_view was, AmountSigns signs = kPoint) {
  const auto result = read_own_amount(cell, was, signs);
  const auto* quantity = std::get_if<Quantity>(&result);
  return quantity != nullptr ? quantity->text() : std::get<CellTrouble>(result).name;
}

std::string remedy_of(std::string_view cell, std::string_view was, AmountSigns signs = kPoint) {
  return std::get<CellTrouble>(read_own_amount(cell, was, signs)).remedy;
}

std::string was(std::string_view plain) {
  return amount_was(std::get<Quantity>(Quantity::parse(plain)), plain);
}

}  // namespace

TEST_CASE("an amount that was confirmed is confirmed as it is, and is no word for another one of its digits") {
  CHECK(std::get<Quantity>(read_own_amount("125", "confirmed 125", {})).text() == "125");
  CHECK(std::get<CellTrouble>(read_own_amount("1.25", "confirmed 125", {})).name == "quantity-converted");
  CHECK(std::get<Quantity>(read_own_amount("130", "confirmed 125", {})).text() == "130");
  const Quantity amount = std::get<Quantity>(Quantity::parse("125"));
  CHECK(is_confirmed("", amount));
  CHECK(is_confirmed(confirmed_amount(amount), amount));
  CHECK(is_confirmed("confirmed 125.00", amount));
  CHECK_FALSE(is_confirmed("confirmed 1.25", amount));
  CHECK_FALSE(is_confirmed("amount 125", amount));
}

TEST_CASE("what a spreadsheet makes of untouched amounts is the same amount, or refused: as LibreOffice was measured") {
  struct Row {
    std::string_view before;               // in a file with decimal points
    std::string_view english;              // saved by an English LibreOffice
    std::string_view german;               // by a German one
    std::string_view german_from_english;  // by a German one that was told at the import that the file is English
    std::string_view answers;
  };
  const std::vector<Row> rows = {
      {"12.50", "12.5", "12.50", "12,5", "12.5 12.50 12.5"},
      {"1234.50", "1234.5", "1234.50", "1234,5", "1234.5 1234.50 1234.5"},
      {"1.2", "1.2", "1.2", "1,2", "1.2 1.2 1.2"},
      {"10.00", "10", "10.00", "10", "10 10.00 10"},
      {"0.001", "0.001", "1", "0,001", "0.001 quantity-converted 0.001"},
      {"1.234", "1.234", "1234", "1,234", "1.234 quantity-converted quantity-form"},
      {"2.500", "2.5", "2500", "2,5", "2.5 quantity-converted 2.5"},
      {"12.345", "12.345", "12345", "12,345", "12.345 quantity-converted quantity-form"},
      {"123456789012.345", "123456789012.345", "123456789012345", "123456789012,345",
       "123456789012.345 quantity-converted 123456789012.345"},
      {"00100", "100", "100", "100", "100 100 100"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.before);
    const std::string w = was(row.before);
    CHECK(read(row.english, w) + " " + read(row.german, w) + " " + read(row.german_from_english, w) == row.answers);
  }
}

TEST_CASE("the same for files with decimal commas and with grouping signs") {
  CHECK(read("12,5", was("12.50"), kComma) == "12.5");
  CHECK(read("12.5", was("12.50"), kComma) == "12.5");  // a German file, told to be English, in an English program
  CHECK(read("1234", was("1.234"), kComma) == "quantity-converted");  // 1,234 in an English one
  CHECK(read("1.234", was("1.234"), kComma) == "quantity-form");
  CHECK(read("1234,5", was("1234.50"), kCommaAndPoint) == "1234.5");
  CHECK(read("1234", was("1234"), kCommaAndPoint) == "1234");
  CHECK(read("1,234", was("1234"), kCommaAndPoint) == "quantity-converted");
  CHECK(read("1.234", was("1234"), kCommaAndPoint) == "1234");
  CHECK(read("1,234", was("1.234"), kPointAndComma) == "quantity-converted");
  CHECK(read("1234.5", was("1234.50"), kPointAndComma) == "1234.5");
  CHECK(read("1250", was("12.50"), kComma) == "quantity-converted");  // Excel takes 12,50 for 1250
}

TEST_CASE("an amount with other digits is a person's correction, also where it is written by other signs") {
  CHECK(read("13.75", was("12.50")) == "13.75");
  CHECK(read("13,75", was("12.50")) == "13.75");
  CHECK(read("13.75", was("12.50"), kComma) == "13.75");
  CHECK(read("1.567,8", was("12.50")) == "1567.8");
  CHECK(read("1 567,8", was("12.50")) == "1567.8");
  CHECK(read("1,567", was("12.50")) == "quantity-form");  // 1.567 or 1567
  CHECK(read("1.567", was("12.50"), kComma) == "quantity-form");
}

TEST_CASE("the decimal sign elsewhere is taken once the person emptied what stood before") {
  CHECK(read("125.00", was("12.50")) == "quantity-converted");
  CHECK(remedy_of("125.00", was("12.50")).find("empty the row's usage_amount_was") != std::string::npos);
  CHECK(read("125.00", "") == "125.00");
  CHECK(read("1234", "") == "1234");
  CHECK(read("12,5", "") == "12.5");
  CHECK(read("1,234", "") == "quantity-form");
}

TEST_CASE("a cell that could not be read is not read because a spreadsheet rewrote it") {
  CHECK(amount_was(std::nullopt, "1,234") == "unclear 1,234");
  CHECK(read("1,234", "unclear 1,234") == "quantity-form");
  CHECK(read("1234", "unclear 1,234") == "quantity-unclear");
  CHECK(read("1.234", "unclear 1,234") == "quantity-unclear");
  CHECK(read("1", "unclear 0,001") == "quantity-unclear");
  CHECK(read("1235", "unclear 1,234") == "1235");
  CHECK(read("1234", "") == "1234");
  CHECK(read("1,234", "unclear 1,234", kComma) == "1.234");  // the person set the row's decimal sign
  CHECK(read("1,234", "unclear 1,234", kPointAndComma) == "1234");
}

TEST_CASE("what a cell that could not be read under the file's signs can only mean is taken when it is written so") {
  CHECK(read("12.5", "unclear 12,50") == "12.5");
  CHECK(read("125", "unclear 12,50") == "quantity-unclear");
  CHECK(read("1234.50", "unclear 1,234.50") == "1234.50");
  CHECK(read("1234.50", "unclear 1.234,50") == "1234.50");
  CHECK(read("1.2345", "unclear 1,234.50") == "quantity-unclear");
  CHECK(read("1234567", "unclear 1,234,567") == "1234567");
}

TEST_CASE("a cell that no spreadsheet takes for another number needs no witness") {
  for (std::string_view cell : {"", "5 EUR", "$5", "(3.00)", "-5.00", "5.00-", "1e3", "n/a", ".", ", ."}) {
    CAPTURE(cell);
    CHECK(amount_was(std::nullopt, cell).empty());
  }
  CHECK(amount_was(std::nullopt, "1\u202F234") == "unclear 1\u202F234");
  CHECK(amount_was(std::nullopt, "1'234") == "unclear 1'234");
}

TEST_CASE("what the program did not write is not taken for a witness") {
  for (std::string_view edited : {"12.50", "amount", "amount 12,50", "amount x", "Amount 12.50", "unclear", "0"}) {
    CAPTURE(edited);
    CHECK(read("12.50", edited) == "amount-was-form");
  }
}

TEST_CASE("options that mean nothing for a file of ours are not the remedy") {
  for (std::string_view cell : {"1,234", "1.2.3", "1,23,4"}) {
    CAPTURE(cell);
    CHECK(remedy_of(cell, was("5")).find("--") == std::string::npos);
    CHECK(remedy_of(cell, was("5")).find("1234.50") != std::string::npos);
  }
  CHECK(remedy_of("1.234", was("5"), kComma).find("like 1234,50") != std::string::npos);
}

TEST_CASE("whatever is done to signs and zeros, an amount comes back as it was, or not at all") {
  const auto seed = usage::test::test_seed("spreadsheet signs");
  std::mt19937_64 random(seed);
  const auto pick = [&random](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  const std::vector<AmountSigns> conventions = {kPoint, kComma, kPointAndComma, kCommaAndPoint};
  int same = 0;
  const int times = usage::test::are_long() ? 100'000 : 30'000;
  for (int i = 0; i < times; ++i) {
    std::string plain = std::to_string(1 + pick(99'999));
    if (const std::size_t decimals = pick(4); decimals > 0 && decimals < plain.size()) {
      plain.insert(plain.size() - decimals, ".");
    }
    std::string cell;
    for (char c : plain) {
      if (c != '.') cell += c;
      if (pick(3) == 0) cell += ".,"[pick(1)];
    }
    if (pick(1) == 0) cell.erase(cell.find_last_not_of("0.,") + 1);
    CAPTURE(seed);
    CAPTURE(plain);
    CAPTURE(cell);
    const auto result = read_own_amount(cell, was(plain), conventions[pick(3)]);
    if (!std::holds_alternative<Quantity>(result)) continue;
    ++same;
    REQUIRE(std::get<Quantity>(result) == std::get<Quantity>(Quantity::parse(plain)));
  }
  CHECK(same > times / 20);
}
