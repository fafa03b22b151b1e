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
  // The export's columns that hold the keys of look-ups, as a file of ours names them.
  kInstallationKey,
  kBillingSidKey
};
inline constexpr std::size_t kFieldCount = 16;
inline constexpr std::size_t kNamedFieldCount = 5;  // the first ones: what --column can name
// As --column names them; the columns of our own result files are found by these names alone, the keys by the note.
inline constexpr std::array<std::string_view, kFieldCount> kFieldNames = {"installation",
                                                                          "billing_sid",
                                                                          "quantity",
                                                                          "reference",
                                                                          "currency",
                                                                          kUsageRowColumn,
                                                                          kDecimalSignColumn,
                                                                          kGroupingColumn,
                                                                          kAmountWasColumn,
                                                                          kOwnInstallationColumn,
                                                                          kOwnBillingSidColumn,
                                                                          kOwnCurrencyColumn,
                                                                          kInstallationKeyColumn,
                                                                          kBillingSidKeyColumn,
                                                                          "installation_key",
                                                                          "billing_sid_key"};

using FieldColumns = std::array<std::optional<std::size_t>, kFieldCount>;  // index into the header's cells

// Why a header cannot be used; not thrown at once, because the header may be tried with another delimiter.
struct MappingTrouble {
  std::string name;
  std::string what;
  std::string remedy;
};

// Never guesses: a needed column that is missing, a name that fits two columns, and a Quantity that may count units are
// trouble. `named` is --column: field to header name. A file of ours says itself what `named` does not.
std::variant<FieldColumns, MappingTrouble> map_columns(const std::vector<std::string>& header,
                                                       const std::map<std::string, std::string>& named);

// UsageError where --column names a field that there is not.
void check_field_names(const std::map<std::string, std::string>& named);

ColumnMapping describe(const FieldColumns& columns, const std::vector<std::string>& header);

}  // namespace usage
