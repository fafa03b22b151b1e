// A folder for results that is one: no link, no file, and made for its owner alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace usage {

inline constexpr std::string_view kChooseAnother = "name another folder with --out DIR";

std::string shown_folder(const std::filesystem::path& folder);
// UsageError (exit 2), with --out as remedy.
[[noreturn]] void refuse_folder(std::string name, const std::string& message);
[[noreturn]] void refuse_unwritable(const std::filesystem::path& folder, const std::error_code& error);

std::filesystem::path without_trailing_slash(const std::filesystem::path& path);
std::filesystem::path absolute_folder(const std::filesystem::path& path);
// With mode 0700, its parents too; no-op where it is there. "out-not-folder", "out-not-writable".
void make_folder(const std::filesystem::path& folder);
void require_real_folder(const std::filesystem::path& folder);

// The text of its summary.json: nothing where there is none, and empty where it cannot be one of ours.
std::optional<std::string> summary_text_in(const std::filesystem::path& folder);

}  // namespace usage
