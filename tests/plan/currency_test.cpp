// Rows and charges whose currencies are the same, differ, or are not given on one side.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "plan_case.h"
#include "usage/plan/meeting.h"

namespace usage {

using namespace test;

namespace {

// The fate of rows of one item and amount, each of its currency, none with a reference.
Fates fates_of_equal(const std::vector<std::string>& currencies, const KnownCase& known) {
  FileCase file;
  for (const std::string& currency : currencies) file.row(1, 1, "5.00", "", "", currency);
  return fates(file.input, known);
}

// Why the first row that is invalid is so.
std::string first_reason(UsageInput input, const KnownCase& known) {
  meet_ledger(input, known.view());
  return input.invalid.empty() ? "" : input.invalid.front().problems.front().reason;
}

}  // namespace

TEST_CASE("rows and charges of two currencies are not equal: what was billed in one is not what is owed in the other") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).in_currency("USD");
  known.charge(2, 1, "5.00", kUnknown).in_currency("USD");
  known.charge(3, 1, "5.00", kFailed).in_currency("USD");
  FileCase file;
  for (const unsigned installation : {1U, 2U, 3U}) file.row(installation, 1, "5.00", "", "", "EUR");
  CHECK(fates(file.input, known) == Fates{"new +", "new +", "new"});
}

TEST_CASE("where a currency is not given, on either side, rows and charges are equal") {
  KnownCase with;
  with.charge(1, 1, "5.00", kSubmitted).in_currency("USD").charge(1, 1, "5.00", kFailed).in_currency("EUR");
  CHECK(fates_of_equal({"", ""}, with) == Fates{"duplicate 1", "takes 2"});
  KnownCase without;
  without.charge(1, 1, "5.00", kSubmitted).charge(1, 1, "5.00", kUnknown);
  CHECK(fates_of_equal({"USD", "EUR", "USD"}, without) == Fates{"duplicate 1", "unknown 2", "new +"});
}

TEST_CASE("rows meet charges of their own currency before those of which one side has none") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).charge(1, 1, "5.00", kSubmitted).in_currency("EUR");
  CHECK(fates_of_equal({"EUR", ""}, known) == Fates{"duplicate 2", "duplicate 1"});
  CHECK(fates_of_equal({"", "EUR"}, known) == Fates{"duplicate 1", "duplicate 2"});
  CHECK(fates_of_equal({"USD", "", "EUR"}, known) == Fates{"new +", "duplicate 1", "duplicate 2"});
  CHECK(fates_of_equal({"USD", "EUR"}, known) == Fates{"duplicate 1", "duplicate 2"});
  CHECK(fates_of_equal({"", ""}, known) == Fates{"duplicate 1", "duplicate 2"});
}

TEST_CASE("how a charge stands goes before whether its currency is given, and its reference before both") {
  KnownCase known;
  known.charge(1, 1, "5.00", kFailed).in_currency("EUR").charge(1, 1, "5.00", kSubmitted);
  CHECK(fates_of_equal({"EUR"}, known) == Fates{"duplicate 2"});
  KnownCase referenced;
  referenced.charge(1, 1, "5.00", kSubmitted).in_currency("EUR").charge(1, 1, "5.00", kFailed, 1, "L1");
  CHECK(fates(FileCase().row(1, 1, "5.00", "L1", "", "EUR").input, referenced) == Fates{"takes 2"});
}

TEST_CASE("the same reference and amount in another currency is other content") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted, 1, "L1").in_currency("USD");
  known.charge(1, 2, "6.00", kUnknown, 1, "L2").in_currency("USD");
  known.charge(1, 3, "7.00", kFailed, 1, "L3").in_currency("USD");
  FileCase file;
  file.row(1, 1, "5.00", "L1", "", "EUR").row(1, 2, "6.00", "L2", "", "EUR").row(1, 3, "7.00", "L3", "", "EUR");
  CHECK(fates(file.input, known) == Fates{"takes 3", "invalid reference-submitted 1", "invalid reference-submitted 2"});
  CHECK(first_reason(file.input, known) ==
        "the period has this reference submitted with 5.00 USD (run 2026-10-1, line 2)");
  FileCase without;
  without.row(1, 1, "5.00", "L1").row(1, 2, "6.00", "L2").row(1, 3, "7.00", "L3");
  CHECK(fates(without.input, known) == Fates{"duplicate 1", "unknown 2", "takes 3"});
}

TEST_CASE("a reference that was sent with other content is not sent again in the place of a charge without one") {
  for (const RowStatus status : {kSubmitted, kUnknown}) {
    KnownCase currency;
    currency.charge(1, 1, "5.00", status, 1, "L1").in_currency("USD");
    currency.charge(1, 1, "5.00", kFailed).in_currency("EUR");
    CHECK(fates(FileCase().row(1, 1, "5.00", "L1", "", "EUR").input, currency) ==
          Fates{"invalid reference-submitted 1"});
    CHECK(fates(FileCase().row(1, 1, "5.00", "L2", "", "EUR").input, currency) == Fates{"takes 2"});
    KnownCase amount;
    amount.charge(1, 1, "5.00", status, 1, "L1").charge(1, 1, "6.00", kFailed);
    CHECK(fates(FileCase().row(1, 1, "6.00", "L1").input, amount) == Fates{"invalid reference-submitted 1"});
  }
}

TEST_CASE("a usage_row of a submitted charge with another currency in the row is invalid") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).in_currency("USD");
  FileCase file;
  file.row(1, 1, "5.00", "", "R-1", "EUR");
  CHECK(fates(file.input, known) == Fates{"invalid usage-row-submitted 1"});
  CHECK(first_reason(file.input, known).starts_with("this charge is already submitted, as 5.00 USD for"));
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1", "USD").input, known) == Fates{"duplicate 1"});
  CHECK(fates(FileCase().row(1, 1, "5.00", "", "R-1").input, known) == Fates{"duplicate 1"});
}

// That both are owed was agreed to for the amount, in its currency.
TEST_CASE("an unbilled charge in another currency is additional again where a younger one on its item was billed") {
  const auto with = [](std::string_view currency) {
    KnownCase known;
    known.charge(1, 1, "5.00", kFailed, 3).made_in(1).in_currency("USD").charge(1, 1, "4.00", kSubmitted, 2);
    return fates(FileCase().row(1, 1, "5.00", "", "R-1", currency).input, known);
  };
  CHECK(with("EUR") == Fates{"takes 1 +"});
  CHECK(with("USD") == Fates{"takes 1"});
  CHECK(with("") == Fates{"takes 1"});
}

TEST_CASE("a plan says in which currency the charge is that a row stands beside") {
  KnownCase known;
  known.charge(1, 1, "5.00", kSubmitted).in_currency("USD");
  FileCase file;
  file.row(1, 1, "5.00", "", "", "EUR");
  const Meeting meeting = meet_ledger(file.input, known.view());
  REQUIRE(meeting.additional.size() == 1);
  CHECK(meeting.additional[0].beside == "5.00 USD, submitted by run 2026-10-1, line 2");
}

namespace {

const std::vector<std::string> kCurrencies = {"", "EUR", "USD"};
const std::vector<std::string> kReferences = {"", "", "L1", "L2", "L3"};

struct AnyCase {
  explicit AnyCase(unsigned seed) : dice(seed) {
    for (std::size_t n = dice() % 6; n > 0; --n) {
      const std::string reference = kReferences[dice() % kReferences.size()];
      const RowStatus status = std::array{kSubmitted, kUnknown, kFailed}.at(dice() % 3);
      charge_currencies.push_back(kCurrencies[dice() % kCurrencies.size()]);
      charge_references.push_back(reference);
      known.charge(1, 1, "5.00", status, 1, reference).in_currency(charge_currencies.back());
    }
    std::set<std::string> seen;  // a file has a reference once
    for (std::size_t n = dice() % 6; n > 0; --n) {
      std::string reference = kReferences[dice() % kReferences.size()];
      if (!reference.empty() && !seen.insert(reference).second) reference.clear();
      row_currencies.push_back(kCurrencies[dice() % kCurrencies.size()]);
      row_references.push_back(reference);
    }
  }

  // All rows' currencies, or those that a test puts in their place.
  Fates fates_with(const std::vector<std::string>& currencies) const {
    FileCase file;
    for (std::size_t i = 0; i < currencies.size(); ++i) file.row(1, 1, "5.00", row_references[i], "", currencies[i]);
    return fates(file.input, known);
  }

  std::minstd_rand dice;
  KnownCase known;
  std::vector<std::string> charge_currencies;
  std::vector<std::string> charge_references;
  std::vector<std::string> row_currencies;
  std::vector<std::string> row_references;
};

bool may_be_one(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a == b;
}

// Which charge a row met or takes the place of; 0: none.
std::size_t charge_in(const std::string& fate) {
  const std::size_t digit = fate.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : std::stoul(fate.substr(digit));
}

// By the rows that are left valid, beside their indexes: none was invalid where they are as many as there were.
void check_pairs(const AnyCase& any, const Fates& fates) {
  std::set<std::size_t> met;
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const std::size_t charge = charge_in(fates[i]);
    if (charge == 0) continue;
    CHECK(met.insert(charge).second);
    const bool same_reference =
        !any.row_references[i].empty() && any.row_references[i] == any.charge_references[charge - 1];
    if (!same_reference) CHECK(may_be_one(any.row_currencies[i], any.charge_currencies[charge - 1]));
    CHECK(may_be_one(any.row_references[i], any.charge_references[charge - 1]));
  }
  for (std::size_t i = 0; i < fates.size(); ++i)
    for (std::size_t c = 0; c < any.charge_currencies.size(); ++c)
      if (charge_in(fates[i]) == 0 && !met.contains(c + 1))
        CHECK_FALSE((may_be_one(any.row_currencies[i], any.charge_currencies[c]) &&
                     may_be_one(any.row_references[i], any.charge_references[c])));
}

bool has_invalid(const Fates& fates) {
  return std::ranges::any_of(fates, [](const std::string& fate) { return fate.starts_with("invalid"); });
}

}  // namespace

TEST_CASE("whatever the currencies, a charge is met once, by what it can be, and none is left beside its row") {
  std::size_t checked = 0;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    const AnyCase any(seed);
    const Fates found = any.fates_with(any.row_currencies);
    if (has_invalid(found)) continue;
    check_pairs(any, found);
    ++checked;
  }
  CHECK(checked > 1000);
}

TEST_CASE("a currency column that is taken away, or was never there, changes nothing of what is recognised") {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    const AnyCase any(seed);
    AnyCase bare(seed);
    bare.known = KnownCase();
    const std::vector<std::string> none(any.row_currencies.size());
    const auto charges = any.known.view().charges_of(xe(1));
    for (const KnownCharge& charge : charges) bare.known.charge(1, 1, "5.00", charge.status, 1, charge.reference);
    const auto kinds = [](Fates fates) {
      for (std::string& fate : fates)
        if (!fate.starts_with("invalid")) fate = fate.substr(0, fate.find(' '));
      std::ranges::sort(fates);
      return fates;
    };
    const Fates expected = kinds(bare.fates_with(none));
    CHECK(kinds(any.fates_with(none)) == expected);                 // the file has it no more
    CHECK(kinds(bare.fates_with(any.row_currencies)) == expected);  // the file has it now
  }
}

}  // namespace usage
