// From an export's bytes to usage rows.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/model/usage_row.h"

namespace usage {

// Takes a role's text from a table, by the export's own key.
struct LookupOption {
  std::string file;    // a CSV file
  std::string column;  // of the export, which holds the key; the table has a column of that name
};

// Which rows count: all that a filter does not leave out.
struct RowFilter {
  enum class Test : std::uint8_t { kEquals, kDiffers };
  std::string column;
  Test test = Test::kEquals;
  std::string value;
};

enum class ZeroAmounts : std::uint8_t { kRefuse, kLeaveOut };
inline constexpr std::array<std::string_view, 2> kZeroAmountsNames = {"refuse", "skip"};
enum class TotalRow : std::uint8_t { kNone, kLast };  // kLast: the last row is no charge but the rows' total

struct IntakeOptions {
  std::map<std::string, std::string> columns;    // role ("quantity") -> the header's name, from --column
  std::map<std::string, LookupOption> lookups;   // role -> table; installation and billing_sid only
  std::map<std::string, std::string> constants;  // role -> text; installation, billing_sid and currency only
  std::optional<Encoding> encoding;              // else found where it is certain
  std::optional<std::uint32_t> header_line;      // physical, from 1; else the first that holds the needed names
  std::optional<char> delimiter;                 // else found from the header
  DecimalSign decimal_sign = DecimalSign::kPoint;
  DigitGrouping grouping = DigitGrouping::kNone;
  std::optional<Quantity> max_amount;
  std::vector<RowFilter> where;           // of one column, one kEquals must hold; everything else must hold
  bool where_is_for_these_files = false;  // typed with them: no profile's, which result files of ours pass over
  ZeroAmounts zero = ZeroAmounts::kRefuse;
  TotalRow total_row = TotalRow::kNone;
};

// Progress of a long read: bytes done and bytes in all. Called from several threads, one at a time.
using ReadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

enum class RowLanes : std::uint8_t { kPlainAndExact, kExact };  // kExact: no row is taken for plain at first sight

// How the work is done; nothing that is read depends on it.
struct ReadingSizes {
  std::size_t workers = 0;  // threads; 0: as many as the machine has, within reason
  std::size_t chunk = std::size_t{1} << 20;
  RowLanes lanes = RowLanes::kPlainAndExact;
};

// Reads, checks and maps whole files ("-": stdin, spooled to a temporary file first). Every row problem is collected;
// damage to a file as a whole, or one that cannot be opened or read, throws RefusedError (exit 3). The warnings are
// those of single rows and files.
UsageInput read_rows(const std::vector<std::string>& files, const IntakeOptions& options, const ReadProgress& progress,
                     ReadingSizes sizes = {});

// What only shows when valid rows are held against each other:
// "billing-sid-form": billing SIDs that are not BI and 32 hex digits.
// "equal-rows": same installation, billing SID and quantity, and the same reference where both have one.
// "amount-outlier": more than 100 times the median amount of its currency, where that has at least 20 rows.
// "decimal-sign-doubtful": every amount of a file that has a point has three digits behind it, as thousands would have.
// "subtotal-rows": rows that are the sum of those of their installation above them.
// Each is one warning (amount-outlier for each currency, decimal-sign-doubtful for each file), with the first lines.
std::vector<Warning> warnings_of_comparison(const UsageInput& input);

// Both.
UsageInput read_usage(const std::vector<std::string>& files, const IntakeOptions& options, const ReadProgress& progress,
                      ReadingSizes sizes = {});

}  // namespace usage
