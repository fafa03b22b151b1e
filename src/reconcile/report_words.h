// What report.html says in words of its own.
#pragma once

#include <string>
#include <string_view>

#include "usage/reconcile/run_summary.h"

namespace usage {

std::string_view state_word(SummaryState state);                    // "finished"
std::string_view meaning_of(RowStatus status, SummaryState state);  // for the glossary
std::string_view sent_again(RowStatus status);                      // likewise: may it be sent again?
// A row's next step where it does not stand in failed.csv itself.
std::string step_beside_file(std::string_view next_step, SummaryState state);

// "12.50 EUR, 3 USD": exact amounts, by currency.
std::string sums_text(const std::vector<Total>& totals);

}  // namespace usage
