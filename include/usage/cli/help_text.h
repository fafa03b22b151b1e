#pragma once

#include <optional>
#include <string>

#include "usage/cli/setting_table.h"

namespace usage {

// For what is no terminal: lines of 100 characters, and commands unbroken.
inline constexpr std::size_t kAnyWidth = 10'000;

// What --help shows: for one command, or for the program as a whole. No word is broken at `columns`, 20 or more.
std::string help_text(std::optional<CommandName> command, std::size_t columns);

// A setting's sentence, with its default and whether it may be repeated; without a stop.
std::string words_of(const Setting& setting);

}  // namespace usage
