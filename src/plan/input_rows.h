// What the rules ask of a row, which is an index into UsageInput::rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "charge_rules.h"
#include "usage/model/usage_row.h"

namespace usage {

std::string_view usage_row_of(const UsageInput& input, std::uint32_t row);  // empty: none
std::string_view reference_of(const UsageInput& input, std::uint32_t row);  // likewise
bool is_of_own_file(const UsageInput& input, std::uint32_t row);            // of one of our result files

// One of the lists of UsageInput that name rows by file and offset.
template <class Row>
bool is_among(const std::vector<std::pair<std::uint16_t, std::uint64_t>>& places, const Row& row) {
  return std::ranges::binary_search(places, std::pair(row.file, row.place.offset));
}

// `billing_keys`: the sid_key of each of input.billing_sids. Both outlive what is returned.
RuleRow rule_row(const UsageInput& input, const std::vector<std::string>& billing_keys, std::uint32_t row);

}  // namespace usage
