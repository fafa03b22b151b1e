#pragma once

#include <string>

#include "usage/reconcile/totals.h"

namespace usage {

// Status, rows, currency where there is one, and amount, for people: those that occur, then the sums.
std::string totals_table(const Totals& totals);

}  // namespace usage
