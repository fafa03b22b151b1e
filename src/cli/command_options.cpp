#include "command_options.h"

#include <algorithm>

#include "setting_values.h"
#include "usage/base/text.h"
#include "usage/intake/decision.h"

namespace usage {
namespace {

// A run that must be named: what is done to it cannot be taken back.
std::string needed_run(const Given& given, std::string_view command) {
  if (auto run = run_operand(given, command)) return *run;
  throw UsageError("run-missing", std::string(command) + " needs a run, named PERIOD-N or \"last\"",
                   "\"usage-uploader runs\" lists them");
}

std::optional<std::string> chosen_text(const Given& given, std::string_view name) {
  if (!is_chosen(given.settings, name)) return std::nullopt;
  return text_in(given.settings, name);
}

std::optional<std::string> chosen_base_url(const Given& given) {
  if (!is_chosen(given.settings, "base-url")) return std::nullopt;
  return base_url_in(given.settings, "base-url");
}

RunOrPeriod run_or_period(const Given& given, std::string_view command) {
  RunOrPeriod what{run_operand(given, command), chosen_text(given, "period"), chosen_base_url(given)};
  if (!what.run && !what.period && command == "show") what.run = "last";
  if (what.run.has_value() != what.period.has_value()) return what;
  const std::string name(command);
  throw UsageError("run-or-period", name + " takes a run or --period P, one of the two",
                   "usage-uploader " + name + (command == "show" ? " last" : " last --out DIR"));
}

constexpr std::string_view kSettleForm =
    "usage-uploader settle RUN --as submitted --by NAME --note TEXT --installation XE..., or --from unknown.csv";

// Either unknown.csv, which holds the decisions (--as must agree with each), or --as with the rows it is about.
void check_settled_rows(const SettleOptions& settle) {
  const bool named = !settle.installations.empty() || !settle.usage_rows.empty();
  if (settle.from && named) {
    throw UsageError("settle-from", "--from has the rows and their decisions: --installation and --row say more",
                     "give --from unknown.csv without them, with its column usage_settle filled in");
  }
  if (!settle.from && !named) {
    throw UsageError("settle-what", "settle needs the rows it is about", std::string(kSettleForm));
  }
  if (!settle.from && !settle.decision) {
    throw UsageError("settle-as", "settle needs --as: " + std::string(kDecisionWords), std::string(kSettleForm));
  }
}

}  // namespace

// As the suggested commands have it, to be replaced.
void refuse_placeholder(std::string_view option, std::string_view value, std::string_view placeholder) {
  if (value != placeholder) return;
  throw UsageError("placeholder", "--" + std::string(option) + " still says " + std::string(placeholder),
                   option == "by" ? "give the name of the person who decided" : "say on what grounds it was decided");
}

std::filesystem::path ledger_of(const Given& given) {
  if (const auto named = path_in(given.settings, "ledger")) return *named;
  const auto own = user_path(given.environment, "XDG_STATE_HOME", ".local/state", "usage-uploader/ledger.db");
  if (own) return *own;
  throw UsageError("ledger-place",
                   "there is no place for the ledger: neither XDG_STATE_HOME nor HOME is an absolute path",
                   "give --ledger FILE");
}

LedgerOptions ledger_options_of(const Given& given) {
  LedgerOptions options;
  if (is_on(given.settings, "allow-network-ledger")) options.on_network_drive = OnNetworkDrive::kAllow;
  return options;
}

std::optional<std::string> run_operand(const Given& given, std::string_view command) {
  if (given.operands.empty()) return std::nullopt;
  const std::string& run = given.operands.front();
  const bool form = std::ranges::all_of(run, is_period_character);
  if (given.operands.size() > 1 || run.empty() || run.size() > 80 || !form) {
    throw UsageError("run-name",
                     std::string(command) + " takes one run, named PERIOD-N or \"last\", not \"" +
                         clean_text(given.operands.back(), 80) + "\"",
                     "usage-uploader " + std::string(command) + " last");
  }
  return run;
}

InitOptions init_options(const Given& given) {
  InitOptions init{ledger_of(given), ledger_options_of(given), paths_in(given.settings, "from"),
                   chosen_text(given, "period"), chosen_base_url(given)};
  if (!given.operands.empty() && init.from.empty()) {
    throw UsageError("argument-unexpected", "init: \"" + clean_text(given.operands.front(), 80) + "\" stands alone",
                     "usage-uploader init --from reconciliation.csv seeds the ledger from a file");
  }
  if (init.from.empty() && is_given(given.settings, "period")) {
    throw UsageError("period-without-from",
                     "init: --period says which period the files of --from belong to, and there are none",
                     "a period is opened by the first upload to it: usage-uploader upload FILE --period " +
                         shell_word(chosen_text(given, "period").value_or("")) + " --new-period");
  }
  init.from.insert(init.from.end(), given.operands.begin(), given.operands.end());  // --from A B C
  return init;
}

void refuse_operands(const Given& given, std::string_view command, const std::string& remedy) {
  if (given.operands.empty()) return;
  throw UsageError("argument-unexpected",
                   std::string(command) + ": \"" + clean_text(given.operands.front(), 80) + "\" stands alone", remedy);
}

RunsOptions runs_options(const Given& given) {
  refuse_operands(given, "runs", "usage-uploader show RUN shows one run");
  return {ledger_of(given), ledger_options_of(given)};
}

ShowOptions show_options(const Given& given) {
  ShowOptions show{ledger_of(given), ledger_options_of(given), run_or_period(given, "show"), std::nullopt};
  if (!is_given(given.settings, "request")) return show;
  if (show.what.period) {
    throw UsageError("request-of-period", "show --request N shows a request of a run, and --period is given",
                     "name the run: usage-uploader show RUN --request N");
  }
  show.request = small_count_in(given.settings, "request");
  return show;
}

ReconcileOptions reconcile_options(const Given& given) {
  return {ledger_of(given), ledger_options_of(given), run_or_period(given, "reconcile"),
          typed_path_in(given.settings, "out")};
}

SettleOptions settle_options(const Given& given) {
  SettleOptions settle;
  settle.ledger = ledger_of(given);
  settle.ledger_options = ledger_options_of(given);
  settle.run = needed_run(given, "settle");
  settle.decision = decision_in(given.settings, "as");
  settle.settled_by = text_in(given.settings, "by");
  settle.note = text_in(given.settings, "note");
  settle.installations = texts_in(given.settings, "installation");
  settle.usage_rows = texts_in(given.settings, "row");
  const std::vector<std::filesystem::path> from = paths_in(given.settings, "from");
  if (from.size() > 1) {
    throw UsageError("option-repeated", "--from is given " + std::to_string(from.size()) + " times",
                     "settle from one file after the other");
  }
  if (!from.empty()) settle.from = from.front();
  check_settled_rows(settle);
  if (settle.settled_by.empty() || settle.note.empty()) {
    throw UsageError("settle-who", "settle needs --by NAME and --note TEXT: who decided, and on what grounds",
                     std::string(kSettleForm));
  }
  refuse_placeholder("by", settle.settled_by, "NAME");
  refuse_placeholder("note", settle.note, "TEXT");
  return settle;
}

AbandonOptions abandon_options(const Given& given) {
  const auto confirmation = is_on(given.settings, "yes") ? Confirmation::kGiven : Confirmation::kAsk;
  return {ledger_of(given), ledger_options_of(given), needed_run(given, "abandon"),
          typed_path_in(given.settings, "out"), confirmation};
}

}  // namespace usage
