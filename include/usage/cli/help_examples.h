#pragma once

#include <span>
#include <string_view>

#include "usage/cli/setting_table.h"

namespace usage {

struct Example {
  std::string_view purpose;
  std::string_view arguments;  // behind "usage-uploader", as for a shell
};
std::span<const Example> examples_of(CommandName command);

}  // namespace usage
