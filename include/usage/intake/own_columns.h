// The columns that our result files put before an input's own, so that such a file, corrected, says by itself how it is
// to be read. Written by `reconcile`, read again by `intake`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/model/usage_row.h"

namespace usage {

inline constexpr std::string_view kUsageRowColumn = "usage_row";
inline constexpr std::string_view kOwnStatusColumn = "usage_status";
inline constexpr std::string_view kOwnSettleColumn = "usage_settle";
inline constexpr std::string_view kDecimalSignColumn = "usage_decimal_sign";
inline constexpr std::string_view kGroupingColumn = "usage_grouping";     // as --grouping; empty: none
inline constexpr std::string_view kAmountWasColumn = "usage_amount_was";  // amount_was()
// Of roles that no column of the input holds: what a look-up found, or the constant given.
inline constexpr std::string_view kOwnInstallationColumn = "usage_installation";
inline constexpr std::string_view kOwnBillingSidColumn = "usage_billing_sid";
inline constexpr std::string_view kOwnCurrencyColumn = "usage_currency";
// key_was() of the key that was looked up: while the input's own cell still says it, no table is asked again.
inline constexpr std::string_view kInstallationKeyColumn = "usage_installation_key";
inline constexpr std::string_view kBillingSidKeyColumn = "usage_billing_sid_key";

// Not every usage_*: an export may have a usage_type or a usage_total of its own. Names compare without case, spaces,
// '_' and '-'.
bool is_own_column(std::string_view name);
// Such a column's name as the program wrote it, which tools change (Usage_Row, usage row); any other name as it is.
std::string_view own_name(std::string_view name);

// Role (or "installation_key", "billing_sid_key") -> the header's name.
using NamedColumns = std::map<std::string, std::string>;

// A column that holds nothing; its header cell says which columns were mapped: "usage_columns:quantity=Net;...".
std::string columns_note(const NamedColumns& columns);
bool is_columns_note(std::string_view header_cell);  // also one whose signs a tool replaced, which cannot be read
std::optional<NamedColumns> read_columns_note(std::string_view header_cell);  // nothing where it is damaged

// The columns that a note must name so that the header is understood as `mapping` has it without any options; empty
// where the header alone is enough.
NamedColumns columns_to_note(const std::vector<std::string>& header, const ColumnMapping& mapping);

// The amount that was read, or else the cell that could not be, in words that no spreadsheet turns into a number:
// "amount 12.50", "unclear 1,234". Empty for a cell that no spreadsheet would turn into another amount.
std::string amount_was(const std::optional<Quantity>& amount, std::string_view cell);

std::string unclear_amount(std::string_view cell);     // "unclear 1,234"
std::string confirmed_amount(const Quantity& amount);  // "confirmed 125"

// Whether a person said, in the row's amount_was, that just this amount is right: who empties the cell says it of what
// stands there at the next reading, and a file that is written meanwhile says of which.
bool is_confirmed(std::string_view amount_was, const Quantity& amount);

// What is left of an amount when its decimal sign is lost: "012.50" -> "125".
std::string bare_digits(std::string_view amount);

// A key for the column beside its role's. Mostly as it is, so that a spreadsheet does the same to it as to the key
// itself (0012345 becomes 12345); a number that a spreadsheet would round, and so make equal to others, in words: "key
// 1234...".
std::string key_was(std::string_view key);
bool is_key_unchanged(std::string_view key, std::string_view was);

}  // namespace usage
