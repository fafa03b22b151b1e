#include "usage/intake/own_columns.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "column_mapping.h"
#include "header_names.h"
#include "own_amount.h"
#include "usage/base/ascii.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kKeyInWords = "key ";
constexpr std::size_t kMaxExactDigits = 15;  // of a spreadsheet's number
constexpr std::string_view kNotePrefix = "usage_columns:";
constexpr std::string_view kNoteName = "usage_columns";

constexpr std::array<std::string_view, 13> kOwnColumns = {
    kUsageRowColumn,    kOwnStatusColumn,       "usage_reason",      "usage_next_step",      kOwnSettleColumn,
    kDecimalSignColumn, kGroupingColumn,        kAmountWasColumn,    kOwnInstallationColumn, kOwnBillingSidColumn,
    kOwnCurrencyColumn, kInstallationKeyColumn, kBillingSidKeyColumn};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

// What the note's own grammar, a trimming reader or a line break would change.
std::string escaped(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const bool at_an_end = i == 0 || i + 1 == name.size();
    if (byte >= ' ' && std::string_view("%;=").find(name[i]) == std::string_view::npos && !(at_an_end && byte == ' ')) {
      text += name[i];
    } else {
      (text += '%') += kHexDigits[byte / 16];
      text += kHexDigits[byte % 16];
    }
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    const std::size_t high = i + 1 < text.size() ? kHexDigits.find(text[i + 1]) : std::string_view::npos;
    const std::size_t low = i + 2 < text.size() ? kHexDigits.find(text[i + 2]) : std::string_view::npos;
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return name;
}

bool is_notable(std::string_view role) {
  const auto end = kFieldNames.begin() + kNamedFieldCount;
  return std::find(kFieldNames.begin(), end, role) != end || role == "installation_key" || role == "billing_sid_key";
}

// The mapping names cells cleaned for the screen; the note needs them as they are.
std::string header_cell(const std::vector<std::string>& header, const std::string& shown) {
  const auto found = std::ranges::find_if(header, [&](const std::string& cell) { return clean_text(cell) == shown; });
  return found == header.end() ? std::string() : *found;
}

NamedColumns named_columns(const std::vector<std::string>& header, const ColumnMapping& mapping) {
  NamedColumns columns = {{"installation", mapping.installation},
                          {"billing_sid", mapping.billing_sid},
                          {"quantity", mapping.quantity},
                          {"reference", mapping.reference},
                          {"currency", mapping.currency},
                          {"installation_key", mapping.installation_key},
                          {"billing_sid_key", mapping.billing_sid_key}};
  for (auto& [role, name] : columns) name = name.empty() ? name : header_cell(header, name);
  std::erase_if(columns, [](const auto& column) { return column.second.empty(); });
  return columns;
}

}  // namespace

std::string_view own_name(std::string_view name) {
  const auto found = std::ranges::find_if(kOwnColumns, [name](std::string_view own) { return same_name(name, own); });
  return found == kOwnColumns.end() ? name : *found;
}

bool is_own_column(std::string_view name) {
  return is_columns_note(name) || std::ranges::find(kOwnColumns, own_name(name)) != kOwnColumns.end();
}

std::string columns_note(const NamedColumns& columns) {
  std::string note(kNotePrefix);
  for (const auto& [role, name] : columns) {
    if (note.size() > kNotePrefix.size()) note += ';';
    note += role + "=" + escaped(name);
  }
  return note;
}

bool is_columns_note(std::string_view header_cell) {
  const std::size_t end = header_cell.find_first_of(":.");
  return end != std::string_view::npos && same_name(header_cell.substr(0, end), kNoteName);
}

std::optional<NamedColumns> read_columns_note(std::string_view header_cell) {
  if (!header_cell.starts_with(kNotePrefix)) return std::nullopt;
  NamedColumns columns;
  std::string_view left = header_cell.substr(kNotePrefix.size());
  while (true) {
    const std::size_t end = std::min(left.find(';'), left.size());
    const std::string_view entry = left.substr(0, end);
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const auto name = unescaped(entry.substr(std::min(equals + 1, entry.size())));
    const std::string role(entry.substr(0, equals));
    if (!is_notable(role) || !name || name->empty() || !columns.emplace(role, *name).second) return std::nullopt;
    if (end == left.size()) return columns;
    left.remove_prefix(end + 1);
  }
}

NamedColumns columns_to_note(const std::vector<std::string>& header, const ColumnMapping& mapping) {
  const NamedColumns wanted = named_columns(header, mapping);
  const auto alone = map_columns(header, {});
  if (const auto* columns = std::get_if<MappedColumns>(&alone)) {
    if (named_columns(header, describe(columns->fields, header, {})) == wanted) return {};
  }
  return wanted;
}

std::string amount_was(const std::optional<Quantity>& amount, std::string_view cell) {
  if (amount) return std::string(kReadableAmount) + amount->text();
  return consists_of_digits_and_signs(cell) ? unclear_amount(cell) : std::string();
}

std::string unclear_amount(std::string_view cell) {
  return std::string(kUnclearAmount) + std::string(cell.empty() ? "nothing" : cell);
}

std::string confirmed_amount(const Quantity& amount) {
  return std::string(kConfirmedAmount) + amount.text();
}

bool is_confirmed(std::string_view amount_was, const Quantity& amount) {
  if (amount_was.empty()) return true;
  return amount_was.starts_with(kConfirmedAmount) &&
         readable(Quantity::parse(amount_was.substr(kConfirmedAmount.size()))) == amount;
}

std::string bare_digits(std::string_view amount) {
  std::string digits;
  std::ranges::copy_if(amount, std::back_inserter(digits), is_digit);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

std::string key_was(std::string_view key) {
  const bool is_number = key.find_first_not_of("0123456789") == std::string_view::npos;
  const std::size_t zeros = std::min(key.find_first_not_of('0'), key.size());
  const bool is_rounded = is_number && key.size() - zeros > kMaxExactDigits;
  return std::string(is_rounded ? kKeyInWords : "") + std::string(key);
}

bool is_key_unchanged(std::string_view key, std::string_view was) {
  return was == key_was(key);
}

}  // namespace usage
