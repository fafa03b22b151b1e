#include "machine_findings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "run_folder.h"
#include "run_life.h"
#include "usage/base/file.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"
#include "usage/ledger/ledger.h"
#include "usage/ledger/ledger_file.h"
#include "usage/reconcile/out_folder.h"

namespace usage {
namespace {

constexpr std::string_view kLedgerName = "ledger";
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kLowSpace = 500 * kMegabyte;  // a run of a million rows takes about as much

std::string shown(const std::filesystem::path& path) {
  return clean_text(path.string(), 4096);
}

Finding configuration(const CheckOptions& options) {
  const std::string text = list_text(options.config_files, ", ", shown);
  return ok("configuration", text.empty() ? "no configuration file; every value is a default, or from here" : text);
}

Finding credentials(const CheckOptions& options, const CommandContext& context) {
  try {
    const Credentials found = credentials_for(options.sending, context);
    const bool by_key = found.user != found.account_sid;
    return ok(
        "credentials",
        "account " + found.account_sid + (by_key ? " with API key " + found.user : " with its auth token") +
            (options.sending.credentials ? ", from " + shown(*options.sending.credentials) : ", from the environment"));
  } catch (const Error& error) {
    return failed("credentials", error);
  }
}

// Whole, and no backup that was put back: results that know more than it does lie where a run's would.
Finding ledger(const CheckOptions& options) {
  const std::filesystem::path& path = options.sending.ledger;
  try {
    const Ledger opened = Ledger::open(path, LedgerAccess::kRead, options.sending.ledger_options);
    require_not_older_for_run(options.out.value_or(usual_folder("check")), opened);
    const LedgerIdentity identity = opened.identity();
    return ok(kLedgerName, shown(path) + ", id " + identity.id + ", " + count_of(identity.run_count, "run", "runs"));
  } catch (const Error& error) {
    if (error.name() == "ledger-old") return warning(kLedgerName, error.what(), error.remedy());
    return failed(kLedgerName, error);
  }
}

// The ledger is written beside itself too: its log, and the lock.
Finding ledger_access(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  struct stat file {};
  struct stat around {};
  if (::stat(path.c_str(), &file) != 0 || ::stat(folder.c_str(), &around) != 0)
    return failed("ledger-access",
                  LedgerError("ledger-access", "no ledger can be looked at: " + shown(path), "see the line above"));
  if (::access(path.c_str(), R_OK | W_OK) != 0 || ::access(folder.c_str(), W_OK | X_OK) != 0)
    return failed("ledger-access",
                  LedgerError("ledger-access", "this user may not write " + shown(path) + " or its folder",
                              "run as the ledger's owner, or give this user both"));
  std::filesystem::path lock = path;
  lock += ".lock";
  struct stat lock_file {};
  const bool has_lock = ::lstat(lock.c_str(), &lock_file) == 0;
  if (has_lock && (!S_ISREG(lock_file.st_mode) || ::access(lock.c_str(), R_OK | W_OK) != 0))
    return failed("ledger-access",
                  LedgerError("ledger-access", "this user cannot lock the ledger by " + shown(lock),
                              "it must be a file with the ledger's owner and mode: chown --reference=" +
                                  shell_path(path.string()) + " " + shell_path(lock.string()) +
                                  ", and chmod likewise; what is no file, remove while no program uses the ledger"));
  if ((file.st_mode & S_IRWXO) != 0)
    return warning("ledger-access", "others than owner and group may get at " + shown(path),
                   "chmod o-rwx " + shell_path(path.string()));
  if ((around.st_mode & S_IWOTH) != 0 && (around.st_mode & S_ISVTX) == 0)
    return warning("ledger-access", "anybody may put another file in the place of " + shown(path),
                   "chmod o-w " + shell_path(folder.string()));
  return ok("ledger-access", "can be written by this user, and by no others than owner and group");
}

Finding ledger_lock(const std::filesystem::path& path) {
  const auto holder = ledger_holder(path);
  if (!holder) return ok("ledger-lock", "free, as far as can be seen from here");
  return warning("ledger-lock", "held by " + *holder,
                 "wait until it ends: a run that starts now ends at once, with status 4");
}

Finding disk_space(std::string_view name, const std::filesystem::path& folder) {
  const std::optional<std::uint64_t> free = free_space(folder);
  if (!free) return warning(name, "the space on the disk of " + shown(folder) + " is not known", "look at it with df");
  const std::string text = count_of(*free / kMegabyte, "MB", "MB") + " free on the disk of " + shown(folder);
  return *free < kLowSpace ? warning(name, text, "make room: a full disk stops a run") : ok(name, text);
}

Finding ledger_disk(const std::filesystem::path& folder) {
  constexpr std::string_view kName = "ledger-disk";
  if (!is_in_memory(folder)) return disk_space(kName, folder);
  return warning(kName,
                 shown(folder) +
                     " lies in memory: when the machine starts again the ledger is gone, and with it what "
                     "keeps a charge from being billed twice",
                 "keep the ledger on a disk, with a backup: --ledger FILE");
}

std::filesystem::path nearest_folder(std::filesystem::path folder) {
  std::error_code ignored;
  while (!folder.empty() && !std::filesystem::exists(folder, ignored)) folder = folder.parent_path();
  return folder.empty() ? "." : folder;
}

// Nothing is made: whether the folder is another run's is for the run to say.
Finding output_folder(const std::filesystem::path& out) {
  const std::filesystem::path folder = nearest_folder(out);
  const auto refuse = [&](const std::string& why) {
    return failed("output-folder", UsageError("out-not-writable", shown(folder) + " " + why, "give another --out"));
  };
  if (is_linked_folder(out))
    return failed(
        "output-folder",
        UsageError("out-not-folder", shown(out) + " is a symbolic link, which no run follows", "give another --out"));
  if (!std::filesystem::is_directory(folder)) return refuse("is no folder");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return refuse("cannot be written by this user");
  return ok("output-folder", folder == out ? shown(folder) + " can be written" : "can be made in " + shown(folder));
}

}  // namespace

std::vector<Finding> look_at_machine(const CheckOptions& options, const CommandContext& context) {
  const std::filesystem::path& path = options.sending.ledger;
  std::vector<Finding> findings = {configuration(options), credentials(options, context), ledger(options)};
  if (findings.back().state != FindingState::kFailed) {
    findings.push_back(ledger_access(path));
    findings.push_back(ledger_lock(path));
    findings.push_back(ledger_disk(path.has_parent_path() ? path.parent_path() : "."));
  }
  findings.push_back(output_folder(options.out.value_or(".")));
  if (findings.back().state == FindingState::kOk)
    findings.push_back(disk_space("output-disk", nearest_folder(options.out.value_or("."))));
  return findings;
}

}  // namespace usage
