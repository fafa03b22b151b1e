#include "usage/ledger/ledger_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// A relative path is another ledger in each folder.
[[noreturn]] void fail_missing(const std::filesystem::path& ledger) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::absolute(ledger, ignored);
  throw LedgerError("ledger-missing", "there is no ledger at " + clean_text(whole.string()),
                    std::string(ledger.is_relative() ? "start in the folder where it lies, or " : "") +
                        "restore it from its backup; only where nothing was ever billed with it, make one: "
                        "usage-uploader init --ledger " +
                        shell_word(ledger.string()));
}

// What SQLite and the lock keep beside the ledger has the ledger's name: under a second name, a run would see neither
// another run that goes on nor what its log holds.
void require_one_name(const std::filesystem::path& ledger, const struct stat& found) {
  const std::string shown = clean_text(ledger.string());
  if (found.st_nlink > 1)
    throw LedgerError("ledger-linked",
                      "the ledger " + shown + " has " + std::to_string(found.st_nlink) +
                          " names (hard links); its log and its lock only count under one of them",
                      "find the others with `find FOLDER -samefile " + shell_word(ledger.string()) +
                          "`, and remove them or make copies of them; keep the name beside which there is a -wal file");
  struct statx mounted {};
  if (::statx(AT_FDCWD, ledger.c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &mounted) != 0) return;
  if ((mounted.stx_attributes & mounted.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) return;
  throw LedgerError("ledger-mounted",
                    "the ledger " + shown + " is mounted as a single file, without its log and its lock",
                    "mount the folder that it lies in, as a whole");
}

constexpr std::uint64_t kFuse = 0x65735546;  // linux/magic.h; of virtiofs, too

std::optional<std::string> network_file_system_of(const std::filesystem::path& folder) {
  struct statfs system {};
  // What is wrong with the folder shows when the file is opened.
  if (::statfs(folder.c_str(), &system) != 0) return std::nullopt;
  const auto magic = static_cast<std::uint32_t>(system.f_type);
  if (magic != kFuse) return std::optional<std::string>(network_file_system(magic));
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0) return std::nullopt;
  std::ifstream mounts("/proc/self/mountinfo");
  return fuse_without_disk(mounts, found.st_dev);
}

}  // namespace

void require_ledger_file(const std::filesystem::path& ledger) {
  struct stat found {};
  const std::string shown = clean_text(ledger.string());
  if (::lstat(ledger.c_str(), &found) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) fail_missing(ledger);
    throw LedgerError("ledger-read-only", "cannot look at the ledger " + shown + ": " + errno_text(errno),
                      "give this user access to the ledger and its folder");
  }
  if (S_ISLNK(found.st_mode))
    throw LedgerError("ledger-symlink", "the ledger " + shown + " is a symbolic link, which is not followed",
                      "name the file itself with --ledger");
  if (!S_ISREG(found.st_mode))
    throw LedgerError("ledger-not-a-file", "the ledger " + shown + " is not a regular file", "check --ledger");
  require_one_name(ledger, found);
}

void require_no_log_left(const std::filesystem::path& ledger) {
  for (const char* suffix : {"-wal", "-journal"}) {
    const std::string log = ledger.string() + suffix;
    struct stat found {};
    if (::lstat(log.c_str(), &found) != 0 || (S_ISREG(found.st_mode) && found.st_size == 0)) continue;
    throw LedgerError("ledger-log-left",
                      "no ledger was made at " + clean_text(ledger.string()) + ": " + clean_text(log) +
                          " is the log of one that is gone, and may hold the last that it knew",
                      "put that ledger back beside its log; only where it is lost for good, move the log away");
  }
}

std::optional<std::string_view> network_file_system(std::uint64_t magic) {
  // statfs(2) and linux/magic.h. A folder that VirtualBox shares is another machine's disk, too.
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 10> kKnown = {{{0x6969, "NFS"},
                                                                                  {0x517B, "SMB"},
                                                                                  {0xFE534D42, "SMB"},
                                                                                  {0xFF534D42, "CIFS"},
                                                                                  {0x01021997, "9P"},
                                                                                  {0x00C36400, "Ceph"},
                                                                                  {0x5346414F, "AFS"},
                                                                                  {0x73757245, "Coda"},
                                                                                  {0x0BD00BD0, "Lustre"},
                                                                                  {0x786F4256, "vboxsf"}}};
  for (const auto& [known, name] : kKnown)
    if (known == magic) return name;
  return std::nullopt;
}

// A mount's line: "36 25 0:45 / /mnt/share rw,nosuid shared:9 - fuse.sshfs host:/share rw"; blanks in a path are \040.
std::optional<std::string> fuse_without_disk(std::istream& mounts, std::uint64_t device) {
  const std::string wanted = std::to_string(major(device)) + ":" + std::to_string(minor(device));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string number, parent, mounted, type;
    words >> number >> parent >> mounted;
    if (mounted != wanted) continue;
    while (words >> type && type != "-") {
    }
    if (words >> type) return type == "fuseblk" ? std::nullopt : std::optional(type);
  }
  return "FUSE";
}

void require_local_drive(const std::filesystem::path& folder, OnNetworkDrive on_network_drive) {
  if (on_network_drive == OnNetworkDrive::kAllow) return;
  const auto name = network_file_system_of(folder);
  if (!name) return;
  throw LedgerError("ledger-network-drive",
                    "the ledger's folder " + clean_text(folder.string()) +
                        " is on a network file system, or one that may be (" + clean_text(*name, 60) +
                        "): its locks and writes cannot be relied on",
                    "keep the ledger on a local disk: --ledger FILE; where this is one all the same, and no other "
                    "machine gets at it: --allow-network-ledger");
}

bool is_in_memory(const std::filesystem::path& folder) {
  constexpr std::uint32_t kTmpfs = 0x01021994;  // linux/magic.h
  constexpr std::uint32_t kRamfs = 0x858458F6;
  struct statfs system {};
  if (::statfs(folder.c_str(), &system) != 0) return false;
  const auto magic = static_cast<std::uint32_t>(system.f_type);
  return magic == kTmpfs || magic == kRamfs;
}

}  // namespace usage
