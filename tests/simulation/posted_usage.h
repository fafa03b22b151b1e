// A request as the endpoint reads it, by a reading of its own: it must not share the product's mistakes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/int128.h"

namespace usage::test {

// One item of the journal. Equal values are the same charge to the endpoint, which knows no references.
struct Item {
  std::string billing_sid;
  std::string quantity;  // the digits as they came
  Int128 units = 0;      // in 10^-15
};

struct PostedUsage {
  std::string installation;  // as it stands in the URL
  std::vector<Item> items;
};

// Amounts in units of 10^-15. Plain decimals with at most 15 digits on each side of the point.
std::optional<Int128> units_of(std::string_view decimal);
std::string decimal_text(Int128 units, int decimals);  // cut after so many decimals
std::string shortest_text(Int128 units);

// Nothing where the request is not exactly what the OpenAPI document asks for.
std::optional<PostedUsage> read_posted(std::string_view url, std::string_view body);

// Letters as lower ones: hex digits of SIDs compare so.
std::string lowered(std::string_view text);

}  // namespace usage::test
