#include "usage/cli/help_examples.h"

#include <array>

namespace usage {
namespace {

constexpr std::array kInit = {
    Example{"the ledger in its usual place", "init"},
    Example{"an older machine's results, so that nothing of them is billed again",
            "init --from usage-2026-10-1/reconciliation.csv"},
};
constexpr std::array kInspect = {
    Example{"which columns hold what, and a profile to keep", "inspect export.csv"},
};
constexpr std::array kValidate = {
    Example{"check a file, send nothing", "validate october.csv"},
    Example{"a German export, by the profile that inspect wrote", "validate oktober.csv --config oktober.toml"},
    Example{"control totals from the accounting system",
            "validate october.csv --expect-rows 9000 --expect-total 61234.50"},
};
constexpr std::array kUpload = {
    Example{"look first", "upload october.csv --period 2026-10 --new-period --dry-run"},
    Example{"then send", "upload october.csv --period 2026-10 --new-period"},
    Example{"corrections on the second day", "upload failed.csv --period 2026-10"},
    Example{
        "in a scheduled job: no question, every surprise a refusal",
        "upload october.csv --period 2026-10 --new-period --yes --expect-total 61234.50 --fail-on same-content-earlier,"
        "same-total-earlier --json --log-file upload.log"},
};
constexpr std::array kResume = {
    Example{"finish what was interrupted, with its results", "resume"},
    Example{"more gently", "resume 2026-10-1 --concurrency 2 --rate 5"},
};
constexpr std::array kRuns = {
    Example{"all runs, newest last", "runs"},
};
constexpr std::array kShow = {
    Example{"what was billed for October, and what is open", "show --period 2026-10"},
    Example{"one run", "show 2026-10-1"},
    Example{"what exactly was sent and answered, as Twilio's support asks for it", "show 2026-10-1 --request 17"},
};
constexpr std::array kReconcile = {
    Example{"a run's result files once more", "reconcile 2026-10-1 --out october"},
    Example{"the whole period in one folder, each charge once", "reconcile --period 2026-10 --out october-all"},
};
constexpr std::array kSettle = {
    Example{"one installation that Twilio has confirmed",
            "settle 2026-10-1 --as submitted --installation XE0123456789abcdef0123456789abcdef --by 'A. Clerk' "
            "--note 'ticket 4711'"},
    Example{"many, with usage_settle filled in",
            "settle 2026-10-1 --from usage-2026-10-1/unknown.csv --by 'A. Clerk' --note 'ticket 4711'"},
    Example{"what failed and is not to be billed at all",
            "settle 2026-10-1 --as left-out --installation XE0123456789abcdef0123456789abcdef --by 'A. Clerk' "
            "--note 'credited, see invoice 815'"},
};
constexpr std::array kAbandon = {
    Example{"give up what an open run has not sent", "abandon 2026-10-1"},
};

constexpr std::array kCheck = {
    Example{"before the month's end, and by a monitoring job", "check --json"},
    Example{"with what the scheduled job will use",
            "check --credentials twilio.env --ledger /var/lib/usage-uploader/ledger.db --out results"},
};
constexpr std::array kConfig = {
    Example{"what holds now", "config"},
    Example{"what an export's profile changes", "config --config oktober.toml"},
};

}  // namespace

std::span<const Example> examples_of(CommandName command) {
  switch (command) {
    case CommandName::kInit:
      return kInit;
    case CommandName::kInspect:
      return kInspect;
    case CommandName::kValidate:
      return kValidate;
    case CommandName::kUpload:
      return kUpload;
    case CommandName::kResume:
      return kResume;
    case CommandName::kRuns:
      return kRuns;
    case CommandName::kShow:
      return kShow;
    case CommandName::kReconcile:
      return kReconcile;
    case CommandName::kSettle:
      return kSettle;
    case CommandName::kAbandon:
      return kAbandon;
    case CommandName::kCheck:
      return kCheck;
    case CommandName::kConfig:
      return kConfig;
  }
  return {};
}

}  // namespace usage
