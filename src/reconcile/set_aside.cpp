#include "set_aside.h"

#include <algorithm>
#include <limits>
#include <system_error>

#include "real_folder.h"
#include "result_names.h"
#include "summary_members.h"
#include "usage/base/digest.h"
#include "usage/base/file.h"

namespace usage {
namespace fs = std::filesystem;
namespace {

bool has_digest(const fs::path& file, const std::optional<std::string>& digest) {
  try {
    return digest && digest_of_file(file) == *digest;
  } catch (const std::system_error&) {
    return false;
  }
}

// failed.kept-1.csv, or with the next number that is free.
std::string free_name(const fs::path& folder, std::string_view name) {
  const fs::path path(name);
  for (unsigned number = 1;; ++number) {
    const std::string other = path.stem().string() + ".kept-" + std::to_string(number) + path.extension().string();
    std::error_code error;
    if (fs::symlink_status(folder / other, error).type() == fs::file_type::not_found) return other;
    if (error) refuse_unwritable(folder, error);
  }
}

// Not so where they were moved there in part, and the program was killed.
bool would_meet(const fs::path& folder, const fs::path& other) {
  const auto holds = [](const fs::path& path) {
    std::error_code error;
    return fs::symlink_status(path, error).type() != fs::file_type::not_found;
  };
  return std::ranges::any_of(kResultNames,
                             [&](std::string_view name) { return holds(folder / name) && holds(other / name); });
}

// usage-2026-10-1, or with the next number behind it where that has such files already.
std::string free_folder(const fs::path& folder, const FolderClaim& claim) {
  const std::string& whose = claim.run.empty() ? claim.period : claim.run;
  if (whose.find('/') != std::string::npos)
    refuse_folder("out-other-run", shown_folder(folder) + " holds the results of another run");
  const std::string first = usual_folder(whose);
  std::string name = first;
  for (unsigned number = 2; would_meet(folder, folder / name); ++number)
    name = first + "-kept-" + std::to_string(number);
  return name;
}

}  // namespace

// The summary goes last: until then the folder is still claimed, and the next start moves the rest.
std::string set_aside(const fs::path& folder, const FolderClaim& claim) {
  const std::string name = free_folder(folder, claim);
  make_folder(folder / name);
  require_real_folder(folder / name);
  const auto move = [&](std::string_view file) {
    std::error_code error;
    fs::rename(folder / file, folder / name / file, error);
    if (error && error != std::errc::no_such_file_or_directory) refuse_unwritable(folder, error);
  };
  try {
    for (const std::string_view file : kResultNames)
      if (file != kSummaryName) move(file);
    sync_folder(folder / name);
    move(kSummaryName);
    sync_folder(folder / name);
    sync_folder(folder);
  } catch (const std::system_error& error) {
    refuse_unwritable(folder, error.code());
  }
  return name;
}

std::vector<fs::path> kept_results_in(const fs::path& folder) {
  std::size_t all = std::numeric_limits<std::size_t>::max();
  return result_folders_in(folder, all);
}

std::vector<fs::path> result_folders_in(const fs::path& folder, std::size_t& entries_left) {
  std::vector<fs::path> folders;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator() && entries_left > 0; entry.increment(error)) {
    --entries_left;
    if (!entry->path().filename().string().starts_with(kFolderBeginning)) continue;
    std::error_code unknown;
    if (fs::is_directory(entry->symlink_status(unknown))) folders.push_back(entry->path());
  }
  return folders;
}

std::vector<std::pair<std::string, std::string>> keep_changed_files(const fs::path& folder) {
  const std::string summary = summary_text_in(folder).value_or("");
  std::vector<std::pair<std::string, std::string>> kept;
  for (const auto& [name, digest] : {std::pair(kFailedName, kFailedDigest), std::pair(kUnknownName, kUnknownDigest)}) {
    const fs::path file = folder / name;
    std::error_code error;
    if (fs::symlink_status(file, error).type() != fs::file_type::regular) continue;
    if (has_digest(file, text_member(summary, digest))) continue;
    const std::string other = free_name(folder, name);
    fs::rename(file, folder / other, error);
    if (error) refuse_unwritable(folder, error);
    kept.emplace_back(name, other);
  }
  return kept;
}

}  // namespace usage
