#pragma once

#include <string>
#include <string_view>

namespace usage::docs {

// The manual pages, from the tables that the programs themselves work by. `date` is YYYY-MM-DD.
std::string uploader_page(std::string_view date);
std::string sandbox_page(std::string_view date);

}  // namespace usage::docs
