#include "real_folder.h"

#include <errno.h>
#include <sys/stat.h>

#include <stdexcept>
#include <system_error>

#include "result_names.h"
#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/text.h"
#include "usage/reconcile/earlier_summary.h"

namespace usage {
namespace fs = std::filesystem;

std::string shown_folder(const fs::path& path) {
  return "the result folder " + clean_text(path.string());
}

void refuse_folder(std::string name, const std::string& message) {
  throw UsageError(std::move(name), message, std::string(kChooseAnother));
}

void refuse_unwritable(const fs::path& folder, const std::error_code& error) {
  refuse_folder("out-not-writable", shown_folder(folder) + " cannot be written: " + errno_text(error.value()));
}

// "out/" and "out" are one folder; lstat would follow a link that ends in a slash.
fs::path without_trailing_slash(const fs::path& path) {
  const fs::path whole = path.lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

fs::path absolute_folder(const fs::path& path) {
  std::error_code error;  // the working folder may be gone
  const fs::path whole = fs::absolute(path, error);
  if (error) refuse_unwritable(path, error);
  return without_trailing_slash(whole);
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && folder.has_relative_path()) {
    make_folder(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return;
  }
  const std::error_code error(errno, std::generic_category());
  if (error.value() == ENOTDIR)
    refuse_folder("out-not-folder", shown_folder(folder) + " lies below something that is no folder");
  refuse_folder("out-not-writable", shown_folder(folder) + " cannot be made: " + errno_text(error.value()));
}

void require_real_folder(const fs::path& folder) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) refuse_unwritable(folder, std::error_code(errno, std::generic_category()));
  if (S_ISLNK(status.st_mode))
    refuse_folder("out-not-folder",
                  shown_folder(folder) + " is a symbolic link; a link is not followed, since it may change meanwhile");
  if (!S_ISDIR(status.st_mode)) refuse_folder("out-not-folder", shown_folder(folder) + " is not a folder");
}

std::optional<std::string> summary_text_in(const fs::path& folder) {
  const fs::path path = folder / kSummaryName;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (error || status.type() != fs::file_type::regular) return "";  // nothing that we wrote
  try {
    return read_file(path, kMaxSummaryBytes);
  } catch (const std::system_error& failed) {
    refuse_folder("out-not-writable", shown_folder(folder) + " has a summary.json that cannot be read: " +
                                          errno_text(failed.code().value()));
  } catch (const std::length_error&) {
    return "";
  }
}

}  // namespace usage
