// What `config` shows.
#pragma once

#include <vector>

#include "command_options.h"

namespace usage {

// Of all settings that may stand in the environment or a file, in the table's order.
std::vector<PresentSetting> present_settings(const Given& given);

}  // namespace usage
