// The options of single commands, from checked settings. Each throws the UsageError that says what is missing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.h"
#include "usage/cli/options.h"

namespace usage {

// What a command's options are made of.
struct Given {
  const std::vector<std::string>& operands;
  const Settings& settings;
  const Environment& environment;
};

// UsageError where a value is the word that stood for it in a suggested command.
void refuse_placeholder(std::string_view option, std::string_view value, std::string_view placeholder);
std::filesystem::path ledger_of(const Given& given);
LedgerOptions ledger_options_of(const Given& given);
// [RUN]: "2026-10-2" or "last". Its form is the period's; whether there is such a run, the ledger says.
std::optional<std::string> run_operand(const Given& given, std::string_view command);

InitOptions init_options(const Given& given);
void refuse_operands(const Given& given, std::string_view command, const std::string& remedy);
RunsOptions runs_options(const Given& given);
ShowOptions show_options(const Given& given);
ReconcileOptions reconcile_options(const Given& given);
SettleOptions settle_options(const Given& given);
AbandonOptions abandon_options(const Given& given);

}  // namespace usage
