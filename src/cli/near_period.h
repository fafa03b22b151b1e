// A period's name that was typed in two ways would be two periods, and what the one billed would be billed in the
// other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usage {

// Those of the known names that read like this one: the same where letter case, what stands between letters and digits,
// and leading zeros of numbers are set aside. "2026-1" reads like "2026_01", and like neither "2026-10" nor "20261".
std::vector<std::string> periods_read_like(std::string_view name, const std::vector<std::string>& known);

}  // namespace usage
