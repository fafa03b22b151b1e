#include "seed_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <system_error>

#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/list_text.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/base/whole_number.h"
#include "usage/cli/own_csv.h"
#include "usage/reconcile/earlier_summary.h"
#include "usage/reconcile/totals.h"
#include "usage/send/curl_transport.h"

namespace usage {
namespace {

enum Column : std::size_t {
  kLine,
  kInstallation,
  kBillingSid,
  kQuantity,
  kCurrency,
  kReference,
  kStatus,
  kReason,
  kHttpStatus,
  kSentAt,
  kRequestId,
  kSettledBy,
  kSettledAt,
  kSettleNote,
  kUsageRow,
  kDecimalSign,
};
constexpr std::array<std::string_view, 16> kColumns = {
    "line",      "installed_add_on_sid", "billing_sid", "quantity",          "currency",   "reference",  "status",
    "reason",    "http_status",          "sent_at",     "twilio_request_id", "settled_by", "settled_at", "settle_note",
    "usage_row", "usage_decimal_sign"};

std::string shown(const std::filesystem::path& path) {
  return clean_text(path.string());
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why, const std::string& remedy) {
  throw RefusedError("seed-file", shown(path) + why + "; no ledger was made", remedy);
}

[[noreturn]] void refuse_row(const std::filesystem::path& path, std::uint32_t line, const std::string& why) {
  refuse(path, ":" + std::to_string(line) + ": " + why, "give the reconciliation.csv as the program wrote it");
}

// "7", "march.csv:7" or, of a whole period, "2026-10-1:7".
std::optional<std::uint32_t> original_line(std::string_view cell) {
  const std::size_t colon = cell.rfind(':');
  if (colon != std::string_view::npos) cell.remove_prefix(colon + 1);
  return whole_number<std::uint32_t>(cell);
}

// As rfc3339 writes it.
std::optional<WallTime> time_of(std::string_view cell) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned ms = 0;
  const std::string text(cell);
  int used = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3uZ%n", &year, &month, &day, &hour, &minute,
                               &second, &ms, &used);
  const std::chrono::year_month_day date(std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day});
  if (read != 7 || static_cast<std::size_t>(used) != text.size() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(ms);
}

// An amount that could not be read stands there as it was written; where a comma was its decimal sign, "1.234" is no
// small amount.
bool may_be_comma(std::string_view sign) {
  return !sign.empty() && sign != ".";
}

bool is_amount(std::string_view text, std::string_view sign) {
  return !may_be_comma(sign) && readable(Quantity::parse(text)).has_value();
}

// A row that is or was owed must say exactly what.
void check_owed(const SeedRow& row, const std::filesystem::path& path) {
  const bool is_left_out_by_choice = row.status == RowStatus::kLeftOut && row.settled_by.empty();
  if (row.status == RowStatus::kInvalid || is_left_out_by_choice) return;
  if (!is_installation_sid(row.installation)) refuse_row(path, row.line, "installed_add_on_sid holds no such SID");
  if (!is_possible_billing_sid(row.billing_sid)) refuse_row(path, row.line, "billing_sid holds no such SID");
  if (!row.has_amount) refuse_row(path, row.line, "quantity holds no amount");
  if (row.settled_by.empty() != !row.settled_at) refuse_row(path, row.line, "settled_by and settled_at do not agree");
}

SeedRow row_of(std::uint32_t line, std::span<const std::string_view> cells, const std::filesystem::path& path) {
  SeedRow row;
  row.line = line;
  const auto status = row_status_of(cells[kStatus]);
  if (!status) refuse_row(path, line, "status holds \"" + clean_text(cells[kStatus], 40) + "\", which is none of ours");
  const auto original = original_line(cells[kLine]);
  if (!original) refuse_row(path, line, "line holds \"" + clean_text(cells[kLine], 40) + "\", which is no line");
  row.status = *status;
  row.original_line = *original;
  row.run = cells[kLine].substr(0, std::min(cells[kLine].rfind(':'), cells[kLine].size()));
  row.installation = cells[kInstallation];
  row.billing_sid = cells[kBillingSid];
  row.quantity = cells[kQuantity];
  row.has_amount = is_amount(row.quantity, cells[kDecimalSign]);
  row.may_have_comma = may_be_comma(cells[kDecimalSign]);
  row.currency = cells[kCurrency];
  row.reference = cells[kReference];
  row.reason = cells[kReason];
  row.http_status = whole_number<int>(cells[kHttpStatus]).value_or(0);
  row.sent_at = cells[kSentAt];
  row.twilio_request_id = cells[kRequestId];
  row.settled_by = cells[kSettledBy];
  row.settle_note = cells[kSettleNote];
  row.usage_row = cells[kUsageRow];
  if (!cells[kSettledAt].empty()) {
    row.settled_at = time_of(cells[kSettledAt]);
    if (!row.settled_at) refuse_row(path, line, "settled_at holds no time as we write it");
  }
  check_owed(row, path);
  return row;
}

void look_at_rows(SeedFile& file) {
  Totals totals;
  each_seed_row(file.path, [&](const SeedRow& row) {
    file.may_have_comma = file.may_have_comma || row.may_have_comma;
    RowRecord record;
    record.status = row.status;
    record.quantity = row.quantity;
    record.has_amount = row.has_amount;
    record.currency = row.currency;
    totals.add(record);
  });
  file.totals = totals.plain();
}

// A row that is none of ours may hold anything in place of its amount, so of those only the number must agree.
std::string key_of(const Total& total) {
  const bool counted = total.status == RowStatus::kInvalid || total.status == RowStatus::kLeftOut;
  return std::string(name_of(total.status)) + ": " + count_of(total.rows, "row", "rows") +
         (counted ? "" : ", " + total.amount.text()) + (total.currency.empty() ? "" : " " + total.currency);
}

void require_same_totals(const std::filesystem::path& path, const std::vector<Total>& ours,
                         const std::vector<Total>& summary) {
  std::vector<std::string> found;
  std::vector<std::string> wanted;
  for (const Total& total : ours) found.push_back(key_of(total));
  for (const Total& total : summary) wanted.push_back(key_of(total));
  std::ranges::sort(found);
  std::ranges::sort(wanted);
  if (found == wanted) return;
  const auto joined = [](const std::vector<std::string>& parts) {
    const std::string text = list_text(parts, "; ", [](const std::string& part) { return clean_text(part); });
    return text.empty() ? "nothing" : text;
  };
  refuse(path,
         ": the totals do not close: its rows come to " + joined(found) + ", its summary.json says " + joined(wanted),
         "give both files as they were written together");
}

std::optional<EarlierSummary> summary_beside(const std::filesystem::path& path) {
  const std::filesystem::path beside = path.parent_path() / "summary.json";
  std::error_code failed;
  if (!std::filesystem::exists(beside, failed) && !failed) return std::nullopt;
  try {
    if (auto summary = read_summary(read_file(beside, kMaxSummaryBytes))) return summary;
  } catch (const std::system_error& error) {
    refuse(beside, " cannot be read: " + errno_text(error.code().value()), "check its permissions");
  } catch (const std::length_error&) {
    refuse(beside, " is too large to be one of ours", "give the summary.json as the program wrote it");
  }
  refuse(beside, " is not a summary.json as the program writes it", "give it as it was written");
}

// A whole period becomes one run, by the name of its first: no other period of that ledger has a run of that name.
std::string name_of_period_run(const EarlierSummary& summary) {
  return summary.runs.empty() ? summary.scope.period + "-1" : summary.runs.front();
}

void take_summary(SeedFile& file, const EarlierSummary& summary) {
  if (summary.state == "dry_run" || summary.state == "refused")
    refuse(file.path, " is of a plan: nothing was sent of it", "leave it out");
  file.has_summary = true;
  file.may_have_gone_on = summary.has_open_run;
  file.scope = summary.scope;
  file.ledger = summary.ledger;
  file.run_count = summary.run_count;
  file.content_digest = summary.content_digest;
  file.started_at = time_of(summary.started_at);
  file.is_of_period = summary.state == "period";
  file.run = file.is_of_period ? name_of_period_run(summary) : summary.run;
  file.runs = summary.runs;
  file.open_runs = summary.open_runs;
  require_same_totals(file.path, file.totals, summary.totals);
}

void take_options(SeedFile& file, const InitOptions& options, const Environment& environment, std::size_t number) {
  const auto account = environment.find("TWILIO_ACCOUNT_SID");
  if (!options.period || !options.base_url || account == environment.end() || account->second.empty())
    refuse(file.path, " has no summary.json beside it, which says whose charges these are",
           "put it there, or give --period and --base-url, and TWILIO_ACCOUNT_SID in the environment");
  const std::string lower = ascii_lower(account->second);
  file.scope = {*options.base_url, lower.starts_with("ac") ? "AC" + lower.substr(2) : lower, *options.period};
  file.run = *options.period + "-" + std::to_string(number);
}

bool is_account(std::string_view sid) {
  return sid.size() == 34 && sid.starts_with("AC") &&
         sid.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

// What the ledger will compare with; a wrong one would let everything be billed again.
void check_scope(SeedFile& file) {
  if (check_base_url(file.scope.endpoint) != file.scope.endpoint || !is_account(file.scope.account))
    refuse(file.path,
           ": \"" + clean_text(file.scope.account, 60) + "\" at \"" + clean_text(file.scope.endpoint, 100) +
               "\" is no account and endpoint as the program writes them",
           "correct TWILIO_ACCOUNT_SID and --base-url, or give summary.json as it was written");
  const std::string beginning = file.scope.period + "-";
  // The run is written as --period was for it, the period as it was opened.
  const auto number = ascii_equal_ignoring_case(file.run.substr(0, beginning.size()), beginning)
                          ? whole_number<std::uint64_t>(std::string_view(file.run).substr(beginning.size()))
                          : std::nullopt;
  if (!number || *number == 0 || file.scope.period.empty())
    refuse(file.path, ": summary.json names the run \"" + clean_text(file.run, 80) + "\", which is not PERIOD-N",
           "give summary.json as it was written");
  file.run_number = *number;
}

// As the runs began: what was billed later is asked about by that. Within a period the number says it, whatever became
// of the clock.
void put_in_order(std::vector<SeedFile>& files) {
  std::ranges::stable_sort(files, {}, &SeedFile::run_number);
  std::map<std::string, WallTime> last_of_period;
  for (SeedFile& file : files) {
    WallTime& last = last_of_period[ascii_lower(file.scope.period)];
    last = std::max(last, file.started_at.value_or(last));
    file.begun_by = last;
  }
  std::ranges::stable_sort(files, {}, &SeedFile::begun_by);
}

void refuse_same_run(const std::vector<SeedFile>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    const auto same = std::find_if(files.begin(), file, [&](const SeedFile& earlier) {
      return ascii_equal_ignoring_case(earlier.run, file->run);
    });
    if (same == file) continue;
    const bool is_one_run = is_same_period(same->scope, file->scope);
    refuse(file->path,
           " and " + shown(same->path) + " are both of run " + file->run +
               (is_one_run ? "" : ", of two accounts or endpoints"),
           is_one_run ? "give each run once: either the reconciliations of all runs, or one of the whole period"
                      : "they come from two ledgers, and no ledger has two runs of one name: make a ledger of each "
                        "(--ledger FILE), and bill each account and endpoint with its own");
  }
}

// Each ledger has names of its own for a period's charges: what one wrote of a charge is not known to be of the same
// one that another has, and a correction would stand beside what it corrected.
void refuse_two_ledgers(const std::vector<SeedFile>& files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    if (file->ledger.empty()) continue;
    const auto other = std::find_if(files.begin(), file, [&](const SeedFile& earlier) {
      return !earlier.ledger.empty() && earlier.ledger != file->ledger && is_same_period(earlier.scope, file->scope);
    });
    if (other == file) continue;
    refuse(
        file->path,
        " was written by the ledger " + clean_text(file->ledger) + ", and " + shown(other->path) + " by " +
            clean_text(other->ledger) + ": they name the charges of " + clean_text(file->scope.period) +
            " differently, so which of them are the same cannot be known",
        "give, of each run of the period, the file that one and the same ledger wrote: a ledger that was made by init "
        "--from has the earlier runs as well, and the files that reconcile RUN --out DIR wrote from it are the ones "
        "to give; or restore the ledger from a backup");
  }
}

}  // namespace

void each_seed_row(const std::filesystem::path& file, const std::function<void(const SeedRow&)>& visit) {
  read_own_csv(file, kColumns, 1, [&](const OwnRow& row) { visit(row_of(row.line, row.cells, file)); });
}

std::vector<SeedFile> inspect_seed_files(const InitOptions& options, const Environment& environment) {
  std::vector<SeedFile> files;
  std::size_t without_summary = 0;
  for (const std::filesystem::path& path : options.from) {
    SeedFile file;
    file.path = path;
    look_at_rows(file);
    if (const auto summary = summary_beside(path))
      take_summary(file, *summary);
    else
      take_options(file, options, environment, ++without_summary);
    check_scope(file);
    if (!file.is_of_period) file.runs = {file.run};
    files.push_back(std::move(file));
  }
  put_in_order(files);
  refuse_same_run(files);
  refuse_two_ledgers(files);
  return files;
}

}  // namespace usage
