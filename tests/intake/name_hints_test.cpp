#include "../../src/intake/name_hints.h"

#include <doctest/doctest.h>

using namespace usage;

TEST_CASE("an amount in another unit, or of another time, is not what a line costs") {
  for (const char* name : {"Amount (cents)", "AmountInCents", "Total cent", "Amount (pence)", "amount_minor",
                           "Amount in minor units", "amount_micros", "Amount (thousands)", "Thousand Amount",
                           "Betrag TEUR", "Betrag (k\u20AC)", "Betrag in T\u20AC", "Previous Amount",
                           "Estimated Amount", "Budget Amount", "Planned Amount", "Forecast Amount"}) {
    CAPTURE(name);
    CHECK(line_amount_score(name) == 0);
  }
  for (const char* name :
       {"Amount", "Amount (EUR)", "Betrag \u20AC", "Centre Amount", "Net Value", "Minority Amount"}) {
    CAPTURE(name);
    CHECK(line_amount_score(name) >= 2);
  }
}

TEST_CASE("an invoice's line names a charge; a contract's comes again each month") {
  for (const char* name : {"Invoice Line ID", "line_key", "Line Reference"})
    CHECK_MESSAGE(speaks_of_invoice_line(name), name);
  for (const char* name : {"Contract Line ID", "Order Line ID", "SubscriptionLineKey"})
    CHECK_FALSE_MESSAGE(speaks_of_invoice_line(name), name);
}
