#include "input_values.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>

#include "nearest_name.h"
#include "setting_values.h"
#include "single_values.h"
#include "usage/base/currency.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"

namespace usage {
namespace {

constexpr std::array<std::string_view, 5> kRoles = {"installation", "billing_sid", "quantity", "reference", "currency"};
constexpr std::array<std::string_view, 2> kLookupRoles = {"installation", "billing_sid"};
constexpr std::array<std::string_view, 3> kConstantRoles = {"installation", "billing_sid", "currency"};

std::string list_of(std::span<const std::string_view> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  return text;
}

// The only one of several words that the value may be.
std::size_t index_of_word(const SettingValue& value, std::span<const std::string_view> words) {
  const std::string& text = value.texts.front();
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) refuse(value, text, "is not " + list_of(words) + suggestion(text, "", words));
  return static_cast<std::size_t>(found - words.begin());
}

struct RoleText {
  std::string role;
  std::string text;
};

// ROLE=TEXT, neither of them empty; `form` is how help writes it.
RoleText role_text(const SettingValue& value, const std::string& text, std::string_view form,
                   std::span<const std::string_view> roles) {
  const std::size_t equals = text.find('=');
  const std::string role = text.substr(0, equals);
  if (std::ranges::find(roles, role) == roles.end() || equals == std::string::npos) {
    refuse(value, text, "is not " + std::string(form) + " with ROLE " + list_of(roles) + suggestion(role, "", roles));
  }
  const std::string rest(trim_blanks(std::string_view(text).substr(equals + 1)));
  if (rest.empty()) refuse(value, text, "says nothing behind the =");
  return {role, rest};
}

std::optional<char> delimiter_of(const SettingValue& value) {
  const std::string& text = value.texts.front();
  const auto found = std::ranges::find(kDelimiterNames, text);
  if (found != kDelimiterNames.end()) return kDelimiters[static_cast<std::size_t>(found - kDelimiterNames.begin())];
  if (text.size() == 1 && kDelimiters.find(text.front()) != std::string_view::npos) return text.front();
  refuse(value, text, "is not comma, semicolon, tab or pipe, nor one of the characters , ; tab |");
}

std::map<std::string, std::string> columns_of(const SettingValue& value) {
  std::map<std::string, std::string> columns;
  for (const std::string& text : value.texts) {
    const auto [role, name] = role_text(value, text, "ROLE=NAME", kRoles);
    if (!columns.emplace(role, name).second) refuse(value, text, "maps " + role + " a second time");
  }
  return columns;
}

std::optional<Encoding> encoding_of(const SettingValue& value) {
  return static_cast<Encoding>(index_of_word(value, kEncodingNames));
}

DigitGrouping grouping_of(const SettingValue& value) {
  return static_cast<DigitGrouping>(index_of_word(value, std::span(kDigitGroupingNames).subspan(1)) + 1);
}

ZeroAmounts zero_of(const SettingValue& value) {
  return static_cast<ZeroAmounts>(index_of_word(value, kZeroAmountsNames));
}

std::vector<RowFilter> filters_of(const SettingValue& value) {
  std::vector<RowFilter> filters;
  for (const std::string& text : value.texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const bool differs = equals > 0 && equals < text.size() && text[equals - 1] == '!';
    const std::string column(trim_blanks(std::string_view(text).substr(0, differs ? equals - 1 : equals)));
    if (column.empty() || equals == text.size()) refuse(value, text, "is not COLUMN=VALUE or COLUMN!=VALUE");
    filters.push_back({column, differs ? RowFilter::Test::kDiffers : RowFilter::Test::kEquals,
                       std::string(trim_blanks(std::string_view(text).substr(equals + 1)))});
  }
  return filters;
}

// FILE:COLUMN, where either may hold a colon: the longest name of a file that is there, else all but the last part.
std::size_t end_of_file_name(const std::string& table) {
  const std::size_t last = table.rfind(':');
  std::error_code ignored;
  for (std::size_t colon = last; colon != std::string::npos && colon > 0; colon = table.rfind(':', colon - 1))
    if (std::filesystem::exists(table.substr(0, colon), ignored)) return colon;
  return last;
}

std::map<std::string, LookupOption> lookups_of(const SettingValue& value) {
  std::map<std::string, LookupOption> lookups;
  for (const std::string& text : value.texts) {
    const auto [role, table] = role_text(value, text, "ROLE=FILE:COLUMN", kLookupRoles);
    const std::size_t colon = end_of_file_name(table);
    if (colon == std::string::npos || colon == 0 || colon + 1 == table.size())
      refuse(value, text, "names no file and column: ROLE=FILE:COLUMN, such as installation=customers.csv:CustomerNo");
    const LookupOption lookup{table.substr(0, colon), table.substr(colon + 1)};
    if (!lookups.emplace(role, lookup).second) refuse(value, text, "looks up " + role + " a second time");
  }
  return lookups;
}

std::map<std::string, std::string> constants_of(const SettingValue& value) {
  std::map<std::string, std::string> constants;
  for (const std::string& text : value.texts) {
    const auto [role, constant] = role_text(value, text, "ROLE=VALUE", kConstantRoles);
    const bool fits = role == "installation"  ? is_installation_sid(constant)
                      : role == "billing_sid" ? is_possible_billing_sid(constant)
                                              : is_possible_currency(constant);
    if (!fits) refuse(value, text, "is no " + role + " that a row could have");
    if (!constants.emplace(role, constant).second) refuse(value, text, "gives " + role + " a second time");
  }
  return constants;
}

// One role from two places would have to be guessed.
void require_one_source(const IntakeOptions& options) {
  for (const std::string_view role : kRoles) {
    const std::string name(role);
    std::string given;
    const auto add = [&](bool is_given, std::string_view option) {
      if (is_given) given += (given.empty() ? "--" : " and --") + std::string(option);
    };
    add(options.columns.contains(name), "column");
    add(options.lookups.contains(name), "lookup");
    add(options.constants.contains(name), "constant");
    if (given.find(' ') == std::string::npos) continue;
    throw UsageError("role-twice", given + " both say where " + name + " comes from", "give one of them");
  }
}

void check_signs(const IntakeOptions& options) {
  const bool comma = options.decimal_sign == DecimalSign::kComma;
  if (options.grouping == DigitGrouping::kComma && comma)
    throw UsageError("signs", "with --decimal-comma the comma cannot group digits, too",
                     "give --grouping point, or --decimal-comma=false where the point is the decimal sign");
  if (options.grouping == DigitGrouping::kPoint && !comma)
    throw UsageError("signs", "the point cannot be the decimal sign and group digits, too",
                     "add --decimal-comma (1.234,50), or give --grouping comma (1,234.50)");
}

}  // namespace

void check_input_value(const SettingValue& value) {
  switch (value.setting->kind) {
    case ValueKind::kDelimiter:
      delimiter_of(value);
      break;
    case ValueKind::kColumn:
      columns_of(value);
      break;
    case ValueKind::kEncoding:
      encoding_of(value);
      break;
    case ValueKind::kFilter:
      filters_of(value);
      break;
    case ValueKind::kLookup:
      lookups_of(value);
      break;
    case ValueKind::kConstant:
      constants_of(value);
      break;
    case ValueKind::kGrouping:
      grouping_of(value);
      break;
    case ValueKind::kZero:
      zero_of(value);
      break;
    default:
      break;
  }
}

IntakeOptions intake_options(const Settings& settings) {
  IntakeOptions options;
  options.columns = value_or_none(settings, "column", columns_of);
  options.lookups = value_or_none(settings, "lookup", lookups_of);
  options.constants = value_or_none(settings, "constant", constants_of);
  options.encoding = value_or_none(settings, "encoding", encoding_of);
  if (is_given(settings, "header-line")) options.header_line = small_count_in(settings, "header-line");
  options.delimiter = value_or_none(settings, "delimiter", delimiter_of);
  if (is_on(settings, "decimal-comma")) options.decimal_sign = DecimalSign::kComma;
  options.grouping = value_or_none(settings, "grouping", grouping_of);
  options.max_amount = quantity_in(settings, "max-amount");
  options.where = value_or_none(settings, "where", filters_of);
  const auto where = settings.find("where");
  options.where_is_for_these_files = where != settings.end() && where->second.source == Source::kCommandLine;
  options.zero = value_or_none(settings, "zero", zero_of);
  if (is_on(settings, "total-row")) options.total_row = TotalRow::kLast;
  require_one_source(options);
  check_signs(options);
  return options;
}

}  // namespace usage
