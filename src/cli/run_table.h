// Runs as `runs` and `show --period` list them.
#pragma once

#include <span>
#include <string>

#include "usage/ledger/records.h"

namespace usage {

std::string run_table(std::span<const RunInfo> runs);  // lines that end with LF

}  // namespace usage
