// What a header cell of somebody else's export suggests, by the words in it (English and German). Hints only: what a
// column holds is decided by its cells as well.
#pragma once

#include <string_view>

namespace usage {

// How much a name speaks of what one line costs: "Line Amount" more than "Amount", and that more than "Total"; 0 where
// it speaks of something else: a price, a tax, a balance, a number of units.
int line_amount_score(std::string_view name);

bool names_a_sum_of_money(std::string_view name);  // of whatever: "Net Value", "Fee", "Kosten"
bool speaks_of_currency(std::string_view name);
bool speaks_of_invoice_line(std::string_view name);  // the id of a line: "Invoice Line ID"
bool speaks_of_identifier(std::string_view name);    // any id, number or reference
bool speaks_of_customer(std::string_view name);
bool speaks_of_product(std::string_view name);
// How much a name speaks of the state of a document: "Status" more than "Voided", and that more than "Type"; else 0.
int state_score(std::string_view name);

// A cell as it stands in a total line: "Total", "TOTAL", "Grand total:", "Summe".
bool says_total(std::string_view cell);

}  // namespace usage
