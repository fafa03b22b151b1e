// How --json says what is wrong, wherever it does.
#pragma once

#include <string_view>

#include "usage/base/json_writer.h"

namespace usage {

// The member "error" of the object that is being written.
void write_error(JsonWriter& json, std::string_view name, std::string_view message, std::string_view remedy);

}  // namespace usage
