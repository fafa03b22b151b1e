// Groups rows by installation and cuts the groups into requests.
#pragma once

#include <cstdint>
#include <vector>

#include "usage/model/usage_row.h"

namespace usage {

// One installation's share of a file. `rows` are indexes into UsageInput::rows, in input order.
struct InstallationUsage {
  std::uint32_t installation = 0;  // index into UsageInput::installations
  std::vector<std::uint32_t> rows;
};

// Which rows go out together, in the order in which requests are numbered from 1.
struct RequestRows {
  std::uint32_t installation = 0;
  std::vector<std::uint32_t> rows;
};

// In order of each installation's first appearance among the given rows. Equal rows stay separate.
std::vector<InstallationUsage> group_by_installation(const std::vector<UsageRow>& rows);

// One request per installation; a group of more than max_items (0: no limit) is cut in input order.
std::vector<RequestRows> batch(const std::vector<InstallationUsage>& groups, std::size_t max_items);

}  // namespace usage
