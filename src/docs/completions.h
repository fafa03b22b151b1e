#pragma once

#include <string>

namespace usage::docs {

// What each shell reads to complete usage-uploader's command line, from the tables that the program works by.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace usage::docs
