// From an export's bytes to usage rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/model/usage_row.h"

namespace usage {

struct IntakeOptions {
  std::map<std::string, std::string> columns;  // "quantity" -> the header's name, from --column
  std::optional<char> delimiter;               // else found from the header
  DecimalSign decimal_sign = DecimalSign::kPoint;
  std::optional<Quantity> max_amount;
};

// Progress of a long read: bytes done and bytes in all.
using ReadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// Reads, checks and maps whole files ("-": stdin, spooled to a temporary file first). Every row problem is collected;
// damage to a file as a whole, or one that cannot be opened or read, throws RefusedError (exit 3).
UsageInput read_usage(const std::vector<std::string>& files, const IntakeOptions& options,
                      const ReadProgress& progress);

}  // namespace usage
