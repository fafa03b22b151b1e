#include "lookup_table.h"

#include <vector>

#include "cell_checks.h"
#include "header_names.h"
#include "input_text.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/dialect.h"

namespace usage {
namespace {

constexpr std::size_t kShownBytes = 100;

using Header = std::vector<std::string>;

std::string_view role_name(Field role) {
  return kFieldNames[role];
}

bool is_sid_name(std::string_view name, Field role) {
  return is_known_name(name, role, Layout::kExport) || same_name(name, role_name(role));
}

std::vector<std::size_t> columns_where(const Header& header, const auto& fits) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < header.size(); ++i)
    if (fits(header[i])) found.push_back(i);
  return found;
}

struct TableColumns {
  std::size_t key = 0;
  std::size_t sid = 0;
};

// Nothing where a column is not there, or two could be meant.
std::optional<TableColumns> columns_of(const Header& header, Field role, const std::string& key_name) {
  const auto keys = columns_where(header, [&](const std::string& name) { return same_name(name, key_name); });
  const auto sids = columns_where(header, [&](const std::string& name) { return is_sid_name(name, role); });
  const bool has_key = keys.size() == 1;
  const bool has_sid = sids.size() == 1;
  if (has_key && has_sid && keys != sids) return TableColumns{keys.front(), sids.front()};
  if (header.size() != 2 || has_key == has_sid) return std::nullopt;  // of two columns, the other one
  return has_key ? TableColumns{keys.front(), 1 - keys.front()} : TableColumns{1 - sids.front(), sids.front()};
}

std::optional<CellTrouble> check_sid(Field role, std::string_view sid) {
  if (auto trouble = check_characters(sid)) return trouble;
  return role == Field::kInstallation ? check_installation(sid) : check_billing_sid(sid);
}

}  // namespace

LookupTable::LookupTable(Field role, const LookupOption& option) : role_(role), name_(shown_name(option.file)) {
  InputText text(option.file, std::nullopt);
  RecordSource source = text.records(EncodingOption::kNone);
  const Dialect dialect = read_header(
      source, std::nullopt, [&](const Header& header) { return columns_of(header, role, option.column).has_value(); });
  const auto columns = columns_of(dialect.header.cells, role, option.column);
  if (!columns) {
    refuse(dialect.header.line,
           "the table needs one column \"" + clean_text(option.column) + "\" for the key and one for the " +
               std::string(role == Field::kInstallation ? "installation SID (InstalledAddOnSid)"
                                                        : "billing SID (BillingSid)"),
           "name its columns so, or correct --lookup " + std::string(role_name(role)) + "=FILE:COLUMN");
  }
  const ColumnChoice choice{{columns->key, columns->sid}, dialect.header.cells.size()};
  RecordBlock block;
  while (source.next_block(dialect.delimiter, block)) {
    read_rows(block, choice, dialect.delimiter, [&](const CsvRow& row) {
      if (row.columns != choice.in_header || row.stray_quote)
        refuse(row.place.line, "the row has another shape than its header", "correct the row");
      add(trim_blanks(row.cells[0]), trim_blanks(row.cells[1]), row.place.line);
    });
  }
  if (entries_.empty()) refuse(dialect.header.line, "there is a header and no row below it", "fill the table");
}

void LookupTable::add(std::string_view key, std::string_view sid, std::uint32_t line) {
  if (key.empty() && sid.empty()) return;
  if (key.empty()) refuse(line, "the key is empty", "fill it in, or take the row out");
  if (const auto trouble = sid.empty() ? std::nullopt : check_sid(role_, sid))
    refuse(
        line,
        "\"" + clean_text(sid, kShownBytes) + "\" of key \"" + clean_text(key, kShownBytes) + "\": " + trouble->reason,
        trouble->remedy);
  const auto [entry, added] = entries_.try_emplace(std::string(key), Entry{std::string(sid), line});
  if (added) return;
  refuse(
      line,
      "the key \"" + clean_text(key, kShownBytes) + "\" already stands at line " + std::to_string(entry->second.line),
      "keep one of the two rows");
}

std::optional<std::string_view> LookupTable::find(std::string_view key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second.sid.empty()) return std::nullopt;
  return found->second.sid;
}

void LookupTable::refuse(std::uint32_t line, const std::string& what, const std::string& remedy) const {
  throw RefusedError("lookup-table", name_ + ":" + std::to_string(line) + ": " + what, remedy);
}

}  // namespace usage
