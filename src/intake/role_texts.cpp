#include "role_texts.h"

#include <algorithm>
#include <string>

#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::optional<LookupTable> table_of(Field role, const IntakeOptions& options) {
  const auto found = options.lookups.find(std::string(kFieldNames[role]));
  if (found == options.lookups.end()) return std::nullopt;
  return LookupTable(role, found->second);
}

std::optional<std::size_t> own_role_of(Field role) {
  for (std::size_t i = 0; i < kOwnRoles.size(); ++i)
    if (kOwnRoles[i].role == role) return i;
  return std::nullopt;
}

}  // namespace

RoleTexts::RoleTexts(const IntakeOptions& options)
    : options_(options),
      tables_{table_of(kOwnRoles[0].role, options), table_of(kOwnRoles[1].role, options), std::nullopt} {}

void RoleTexts::begin_file(const FieldColumns& columns) {
  columns_ = columns;
  for (std::size_t i = 0; i < kOwnRoles.size(); ++i) {
    const auto found = options_.constants.find(std::string(kFieldNames[kOwnRoles[i].role]));
    const bool given = found != options_.constants.end() && !has(Field::kUsageRow);
    constants_[i] = given ? std::string_view(found->second) : std::string_view();
  }
}

bool RoleTexts::has(std::optional<Field> field) const {
  return field && columns_[*field];
}

std::string_view RoleTexts::constant(Field role) const {
  const auto own = own_role_of(role);
  return own ? constants_[*own] : std::string_view();
}

bool RoleTexts::is_key(std::string_view cell) const {
  return std::ranges::any_of(tables_, [&](const auto& table) { return table && table->has_key(trim_blanks(cell)); });
}

PerField<bool> RoleTexts::resolve(FieldCells& cells, FieldTroubles& troubles) const {
  PerField<bool> missing{};
  for (std::size_t i = 0; i < kOwnRoles.size(); ++i) {
    const Field role = kOwnRoles[i].role;
    if (columns_[role]) continue;
    const auto text = text_of(i, cells, troubles);
    cells[role] = text.value_or("");
    missing[role] = !text;
  }
  return missing;
}

std::optional<std::string_view> RoleTexts::text_of(std::size_t own_role, const FieldCells& cells,
                                                   FieldTroubles& troubles) const {
  const OwnRole& role = kOwnRoles[own_role];
  std::optional<std::string_view> text;
  if (says_itself(role, columns_)) {
    text = own_text(role, columns_, cells);
  } else if (!has(role.key)) {
    text = constants_[own_role];
  }
  return text ? text : look_up(own_role, cells, troubles);
}

std::optional<std::string_view> RoleTexts::given_text(std::size_t own_role, const FieldCells& cells) const {
  const OwnRole& role = kOwnRoles[own_role];
  if (tables_[own_role] && has(role.key)) return tables_[own_role]->find(cells[*role.key]);
  const auto constant = options_.constants.find(std::string(kFieldNames[role.role]));
  if (constant == options_.constants.end()) return std::nullopt;
  return constant->second;
}

std::optional<RoleTexts::Difference> RoleTexts::difference(const FieldCells& cells) const {
  for (std::size_t i = 0; i < kOwnRoles.size(); ++i) {
    if (!says_itself(kOwnRoles[i], columns_)) continue;
    const auto said = own_text(kOwnRoles[i], columns_, cells);
    const auto given = said ? given_text(i, cells) : std::nullopt;
    const bool is_same = given && (sid_key(*said) == sid_key(*given) ||
                                   (kOwnRoles[i].role == Field::kCurrency && ascii_equal_ignoring_case(*said, *given)));
    if (given && !said->empty() && !is_same) return Difference{kOwnRoles[i].role, *said, *given};
  }
  return std::nullopt;
}

std::optional<std::string_view> RoleTexts::look_up(std::size_t own_role, const FieldCells& cells,
                                                   FieldTroubles& troubles) const {
  const OwnRole& role = kOwnRoles[own_role];
  const Field key = has(role.key) ? *role.key : *role.key_was;
  const std::string_view cell = cells[key];
  if (auto trouble = check_characters(cell)) {
    troubles.push_back({key, cell, std::move(*trouble)});
    return std::nullopt;
  }
  const auto& table = tables_[own_role];
  const bool asked = table && !(has(Field::kUsageRow) && is_rounded_number(cell));
  if (const auto sid = asked ? table->find(cell) : std::nullopt) return sid;
  CellTrouble trouble = no_table(role, cell);
  if (cell.empty()) {
    trouble = {"lookup-key-empty", "it is empty, and the SID is looked up by it",
               std::string("fill it in") + kWhereNoCharge};
  } else if (asked) {
    trouble = {
        "lookup-missing",
        "the table " + table->name() + " has no " + (table->has_key(cell) ? "SID for" : "row with") + " this key",
        std::string("add the key and its SID to the table, or correct the cell") + kWhereNoCharge};
  }
  troubles.push_back({key, cell, std::move(trouble)});
  return std::nullopt;
}

PlainSource RoleTexts::plain_source(Field role, std::vector<std::size_t>& cut) const {
  PlainSource source;
  auto column = columns_[role];
  if (const auto own = own_role_of(role); own && !column) {
    source.constant = constants_[*own];
    if (has(kOwnRoles[*own].key)) {
      column = columns_[*kOwnRoles[*own].key];
      source.table = tables_[*own] ? &*tables_[*own] : nullptr;
    }
  }
  if (!column) return source;
  const auto found = std::ranges::find(cut, *column);
  source.cell = static_cast<std::size_t>(found - cut.begin());
  if (found == cut.end()) cut.push_back(*column);
  return source;
}

}  // namespace usage
