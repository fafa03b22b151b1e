// Result files of ours that come back: read whole, by column name, whatever program saved them in between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace usage {

// Valid during the call.
struct OwnRow {
  std::uint32_t line = 0;
  std::span<const std::string_view> cells;  // in the order of the columns asked for
  std::string_view record;                  // all columns, as they stand there
  char delimiter = ',';
};
using OwnRowSink = std::function<void(const OwnRow&)>;

// The delimiter is found, a BOM is passed over. RefusedError where the file cannot be read, lacks one of the columns
// (at most kMaxReadColumns; of these the last `optional` may be missing and are empty then), or has a row of another
// shape than its header: with cells moved, nothing in it could be trusted.
void read_own_csv(const std::filesystem::path& file, std::span<const std::string_view> columns, std::size_t optional,
                  const OwnRowSink& sink);

}  // namespace usage
