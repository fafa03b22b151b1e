#pragma once

#include <optional>
#include <string>

#include "usage/cli/setting_table.h"

namespace usage {

// What --help shows: for one command, or for the program as a whole.
std::string help_text(std::optional<CommandName> command);

// A setting's sentence, with its default and whether it may be repeated; without a stop.
std::string words_of(const Setting& setting);

}  // namespace usage
