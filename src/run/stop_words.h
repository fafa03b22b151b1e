// The names of what stops a run, as the ledger and summary.json have them, and words for people.
#pragma once

#include <string>
#include <string_view>

#include "usage/model/attempt_outcome.h"

namespace usage {

std::string signal_name(int signal);
std::string who_sent(int signal);
std::string stop_name(StopCause cause);
inline constexpr std::string_view kMaxUnknown = "max-unknown";
// Of two stops the one with more is told: a ledger that is gone, too much in doubt, credentials, a signal, the rest.
int weight_of_stop(std::string_view name);

}  // namespace usage
