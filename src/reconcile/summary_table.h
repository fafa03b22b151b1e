#pragma once

#include <string>
#include <vector>

#include "usage/reconcile/totals.h"

namespace usage {

// Status, rows, currency where there is one, and amount, for people: those that occur, then the sums.
std::string totals_table(const Totals& totals);

// What is to be said beside a total: "3 rows without a readable amount".
std::vector<std::string> notes_on(const Total& total);
std::vector<std::string> notes_on(const StatusTotal& entry);  // and how many rows were superseded, or settled

}  // namespace usage
