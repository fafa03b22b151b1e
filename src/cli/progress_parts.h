// The parts of which the live view's lines are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "usage/cli/progress_text.h"

namespace usage {

struct LinePart {
  std::string text;
  std::string_view before = "  ";  // between it and the part before
};

std::string percent_done(const RunProgress& progress);
// What is awaited where only replies are: time left and pace would say nothing then.
bool waits_for_replies(const RunProgress& progress);
std::string replies_awaited(const RunProgress& progress);
// Requests a second, the present concurrency, retries, waits.
void add_wire(std::vector<LinePart>& parts, const RunProgress& progress, const Pace& pace);
// One for each currency.
std::vector<std::string> amount_texts(const RowSum& sum, const AmountForm& form);

}  // namespace usage
