// Who holds a ledger, found without touching its lock: to take it, even for a moment, could turn a run away.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "usage/base/text.h"
#include "usage/ledger/ledger_file.h"

namespace usage {
namespace {

// As /proc/locks names a file: "08:02:1311".
std::string lock_name_of(const struct stat& file) {
  char name[64];
  std::snprintf(name, sizeof name, "%02x:%02x:%llu", major(file.st_dev), minor(file.st_dev),
                static_cast<unsigned long long>(file.st_ino));
  return name;
}

bool is_locked(const struct stat& file) {
  const std::string wanted = lock_name_of(file);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);  // "1: FLOCK  ADVISORY  WRITE 4711 08:02:1311 0 EOF"; "1: -> ..." waits only
    std::string number, kind, strength, mode, process, name;
    words >> number >> kind >> strength >> mode >> process >> name;
    if (kind == "FLOCK" && mode == "WRITE" && name == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> ledger_holder(const std::filesystem::path& ledger) {
  const std::string lock_file = ledger.string() + ".lock";
  struct stat file {};
  if (::lstat(lock_file.c_str(), &file) != 0 || !S_ISREG(file.st_mode) || !is_locked(file)) return std::nullopt;
  std::ifstream stream(lock_file);
  std::string holder;
  std::getline(stream, holder);
  return holder.empty() ? "another process" : clean_text(holder);
}

}  // namespace usage
