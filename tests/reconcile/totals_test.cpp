#include "usage/reconcile/totals.h"

#include <doctest/doctest.h>

#include "result_case.h"
#include "usage/base/error.h"

using namespace usage;
using namespace usage::test;

namespace {

Total total(RowStatus status, std::string currency, std::uint64_t rows, std::uint64_t without,
            std::string_view amount) {
  return {status, std::move(currency), rows, without, std::get<Amount>(Amount::parse(amount))};
}

RowRecord in_currency(RowRecord row, std::string currency) {
  row.currency = std::move(currency);
  return row;
}

}  // namespace

TEST_CASE("rows and exact amounts add up by status and currency") {
  Totals totals;
  totals.add(sent_row(1, RowStatus::kSubmitted, "0.1"));
  totals.add(sent_row(2, RowStatus::kSubmitted, "0.2"));
  totals.add(in_currency(sent_row(3, RowStatus::kSubmitted, "999999999999.999"), "EUR"));
  totals.add(sent_row(4, RowStatus::kFailed, "7.50"));
  CHECK(totals.plain() == std::vector{total(RowStatus::kSubmitted, "", 2, 0, "0.3"),
                                      total(RowStatus::kSubmitted, "EUR", 1, 0, "999999999999.999"),
                                      total(RowStatus::kFailed, "", 1, 0, "7.5")});
  CHECK(totals.rows(RowStatus::kSubmitted) == 3);
  CHECK(totals.rows(RowStatus::kUnknown) == 0);
  CHECK(totals.rows() == 4);
}

TEST_CASE("a row without a readable amount is counted beside, whatever its text looks like") {
  RowRecord row = sent_row(1, RowStatus::kInvalid, "12.00");
  row.has_amount = false;
  Totals totals;
  totals.add(row);
  CHECK(totals.plain() == std::vector{total(RowStatus::kInvalid, "", 1, 1, "0")});
}

TEST_CASE("what a person settled is counted in its status and beside it") {
  RowRecord settled = sent_row(1, RowStatus::kSubmitted, "4.25");
  settled.settled_by = "Ada";
  settled.settled_at = kNoon;
  Totals totals;
  totals.add(settled);
  totals.add(sent_row(2, RowStatus::kSubmitted, "1.50"));
  const auto entry = totals.by_status().at(0);
  CHECK(entry.total.amount.text() == "5.75");
  CHECK(entry.total.rows == 2);
  CHECK(entry.settled_rows == 1);
  CHECK(entry.settled_amount.text() == "4.25");
}

TEST_CASE("a row that claims an amount it has not is damage to the ledger") {
  Totals totals;
  CHECK_THROWS_AS(totals.add(sent_row(1, RowStatus::kFailed, "1e3")), LedgerError);
}

TEST_CASE("totals close over all statuses, whichever status a row ended in") {
  const std::vector input = {total(RowStatus::kNotSent, "EUR", 3, 0, "6"),
                             total(RowStatus::kInvalid, "EUR", 1, 1, "0")};
  const std::vector result = {total(RowStatus::kSubmitted, "EUR", 2, 0, "4"),
                              total(RowStatus::kUnknown, "EUR", 1, 0, "2"),
                              total(RowStatus::kInvalid, "EUR", 1, 1, "0")};
  CHECK(check_totals_close(input, result).empty());
}

TEST_CASE("a lost row, a lost amount, an unreadable row more and a currency that was swapped are each a difference") {
  const std::vector input = {total(RowStatus::kNotSent, "EUR", 3, 1, "6")};
  const auto differences = [&](Total result) {
    return check_totals_close(input, std::vector{std::move(result)}).size();
  };
  CHECK(differences(total(RowStatus::kSubmitted, "EUR", 3, 1, "6")) == 0);
  CHECK(differences(total(RowStatus::kSubmitted, "EUR", 2, 1, "6")) == 1);
  CHECK(differences(total(RowStatus::kSubmitted, "EUR", 3, 1, "5.999999999999999")) == 1);
  CHECK(differences(total(RowStatus::kSubmitted, "EUR", 3, 0, "6")) == 1);
  CHECK(differences(total(RowStatus::kSubmitted, "USD", 3, 1, "6")) == 2);
  CHECK(check_totals_close(input, {}).size() == 1);
}

TEST_CASE("a difference says the currency and both sides") {
  const auto lines = check_totals_close(std::vector{total(RowStatus::kNotSent, "EUR", 3, 1, "6")},
                                        std::vector{total(RowStatus::kSubmitted, "EUR", 2, 0, "5.5")});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        "currency EUR: the input has 3 rows (1 without an amount), amount 6.00; the result has 2 rows (0 without an "
        "amount), amount 5.50");
}
