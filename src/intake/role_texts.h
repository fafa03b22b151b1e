// The texts of roles that no column of the export holds: from a column of ours, from a table by a key, or the constant.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "column_mapping.h"
#include "lookup_table.h"
#include "own_roles.h"
#include "plain_intake.h"
#include "usage/intake/usage_intake.h"

namespace usage {

// What is wrong with what stands in one of a row's columns.
struct FieldTrouble {
  Field field;
  std::string_view cell;
  CellTrouble trouble;
};
using FieldTroubles = std::vector<FieldTrouble>;

class RoleTexts {
 public:
  // Reads the look-up tables. `options` outlives the object.
  explicit RoleTexts(const IntakeOptions& options);

  void begin_file(const FieldColumns& columns);
  // Fills in the cells of such roles; gives the roles whose text cannot be found, which is a trouble then.
  PerField<bool> resolve(FieldCells& cells, FieldTroubles& troubles) const;
  std::string_view constant(Field role) const;
  // Where a row of a file of ours says a role itself, and the table or constant given for this reading says otherwise.
  struct Difference {
    Field role;
    std::string_view said;
    std::string_view given;
  };
  std::optional<Difference> difference(const FieldCells& cells) const;
  // Whether one of the tables has this cell as a key.
  bool is_key(std::string_view cell) const;

  // Where the fast lane finds the role's text; adds the column to those that are cut out.
  PlainSource plain_source(Field role, std::vector<std::size_t>& cut) const;

 private:
  std::optional<std::string_view> text_of(std::size_t own_role, const FieldCells& cells, FieldTroubles& troubles) const;
  std::optional<std::string_view> look_up(std::size_t own_role, const FieldCells& cells, FieldTroubles& troubles) const;
  std::optional<std::string_view> given_text(std::size_t own_role, const FieldCells& cells) const;
  bool has(std::optional<Field> field) const;

  const IntakeOptions& options_;
  std::array<std::optional<LookupTable>, kOwnRoles.size()> tables_;  // beside kOwnRoles
  // Of the present file.
  FieldColumns columns_;
  std::array<std::string_view, kOwnRoles.size()> constants_;  // likewise
};

}  // namespace usage
