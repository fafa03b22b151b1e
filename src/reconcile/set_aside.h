// What lay in a result folder before, and is kept.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "usage/reconcile/out_folder.h"

namespace usage {

// Moves the result files into a folder of their own within it, whose name is returned. Where it is killed, the next one
// moves the rest. UsageError "out-not-folder", "out-not-writable", and "out-other-run" where the claim's name is none.
std::string set_aside(const std::filesystem::path& folder, const FolderClaim& claim);

// The folders within it that may hold such.
std::vector<std::filesystem::path> kept_results_in(const std::filesystem::path& folder);

// Those within it that are named like ours, no links, among its first `entries_left` entries, which are then taken off.
std::vector<std::filesystem::path> result_folders_in(const std::filesystem::path& folder, std::size_t& entries_left);

}  // namespace usage
