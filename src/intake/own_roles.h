// Roles that no column of an export held: a file of ours carries what a look-up found, or the constant given.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "cell_checks.h"
#include "column_mapping.h"

namespace usage {

struct OwnRole {
  Field role;
  Field own;                     // the column that carries its text
  std::optional<Field> key_was;  // the key that was looked up, as it stood
  std::optional<Field> key;      // the key as it stands
};
inline constexpr std::array<OwnRole, 3> kOwnRoles = {
    {{Field::kInstallation, Field::kOwnInstallation, Field::kInstallationKeyWas, Field::kInstallationKey},
     {Field::kBillingSid, Field::kOwnBillingSid, Field::kBillingSidKeyWas, Field::kBillingSidKey},
     {Field::kCurrency, Field::kOwnCurrency, std::nullopt, std::nullopt}}};

using FieldCells = PerField<std::string_view>;

// Whether a file with these columns says the role itself.
bool says_itself(const OwnRole& role, const FieldColumns& columns);

// What the row says of the role, where it does; a table is to be asked with the key where it does not: where none was
// found before, or the key was changed since (or rounded to 1.2E+16: several keys look alike then).
std::optional<std::string_view> own_text(const OwnRole& role, const FieldColumns& columns, const FieldCells& cells);

// For a row whose table is to be asked where none is given.
CellTrouble no_table(const OwnRole& role, std::string_view key);

// 1.23456789012346E+016: what a spreadsheet leaves of a long number.
bool is_rounded_number(std::string_view text);

}  // namespace usage
