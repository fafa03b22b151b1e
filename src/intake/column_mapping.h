// Which column of an export holds what.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "usage/base/error.h"
#include "usage/intake/own_columns.h"
#include "usage/intake/usage_intake.h"
#include "usage/model/usage_row.h"

namespace usage {

enum class Field : std::uint8_t {
  kInstallation,
  kBillingSid,
  kQuantity,
  kReference,
  kCurrency,
  // Columns of our own result files; see own_columns.h.
  kUsageRow,
  kDecimalSign,
  kGrouping,
  kAmountWas,
  kOwnInstallation,
  kOwnBillingSid,
  kOwnCurrency,
  kInstallationKeyWas,
  kBillingSidKeyWas,
  kOwnStatus,  // of a reconciliation.csv; kOwnStatusColumn of the others
  kOwnSettle,
  // The export's columns that hold the keys of look-ups.
  kInstallationKey,
  kBillingSidKey
};
inline constexpr std::size_t kFieldCount = 18;
constexpr std::size_t index_of(Field field) {
  return static_cast<std::size_t>(field);
}

// One for each field.
template <class Value>
struct PerField : std::array<Value, kFieldCount> {
  using std::array<Value, kFieldCount>::operator[];
  constexpr Value& operator[](Field field) { return (*this)[index_of(field)]; }
  constexpr const Value& operator[](Field field) const { return (*this)[index_of(field)]; }
};

inline constexpr std::size_t kNamedFieldCount = 5;  // the first ones: what --column can name
// As --column names them; the columns of our own result files are found by these names alone, the keys by the note.
inline constexpr PerField<std::string_view> kFieldNames = {
    {{"installation", "billing_sid", "quantity", "reference", "currency", kUsageRowColumn, kDecimalSignColumn,
      kGroupingColumn, kAmountWasColumn, kOwnInstallationColumn, kOwnBillingSidColumn, kOwnCurrencyColumn,
      kInstallationKeyColumn, kBillingSidKeyColumn, "status", kOwnSettleColumn, "installation_key",
      "billing_sid_key"}}};

using FieldColumns = PerField<std::optional<std::size_t>>;  // index into the header's cells

struct MappedColumns {
  FieldColumns fields;
  std::vector<std::size_t> filters;  // beside IntakeOptions::where; empty in a file of ours, where no filter applies
};

// Why a header cannot be used; not thrown at once, because the header may be tried with another delimiter, or be
// another line.
struct MappingTrouble {
  std::string name;
  std::string what;
  std::string remedy;
  std::optional<Field> ambiguous = {};  // what could be meant in more than one way
  std::size_t found = 0;                // columns that were found nevertheless
  bool lacks_nothing_else = false;      // of what is needed, beside what is ambiguous
};

// Never guesses: a needed column that is missing, a name that fits two columns, and a Quantity that may count units are
// trouble. Needed are installation, billing SID and quantity, those of them that are looked up or constant aside, and
// what look-ups and filters name. A file of ours says itself what the options' columns do not.
std::variant<MappedColumns, MappingTrouble> map_columns(const std::vector<std::string>& header,
                                                        const IntakeOptions& options);

// The same for people and for the ledger: the columns by their names, cleaned, and the constants that stand for one.
ColumnMapping describe(const FieldColumns& columns, const std::vector<std::string>& header,
                       const IntakeOptions& options);

}  // namespace usage
