// A first look at an export that nobody has described yet: what its bytes prove, and what they leave open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/model/encoding.h"

namespace usage {

// How a column writes its numbers. A sign counts as proven only where a cell can be read in no other way.
struct NumberForm {
  std::uint64_t numbers = 0;
  std::uint64_t zeros = 0;
  std::uint64_t negatives = 0;
  std::uint64_t decorated = 0;                    // with a currency sign or parentheses, which no option reads
  std::uint64_t ambiguous = 0;                    // such as 1.234, where no cell proves what the sign in it is
  std::optional<DecimalSign> decimal_sign;        // proven
  DigitGrouping grouping = DigitGrouping::kNone;  // proven
  bool contradictory = false;                     // cells prove different signs
  std::string ambiguous_text;                     // the first ambiguous cell
  std::uint32_t ambiguous_line = 0;
};

// What the sampled rows hold in one column.
struct ColumnFindings {
  std::string name;  // as the header has it
  std::uint64_t filled = 0;
  std::uint64_t installation_sids = 0;
  std::uint64_t billing_sids = 0;    // BI and 32 hex digits
  std::uint64_t currency_codes = 0;  // three capital letters
  std::uint64_t dates = 0;
  bool all_different = false;  // of the filled cells
  NumberForm number;
  // How often each value stands there, in order of first appearance; empty where there are more than kMaxFewValues.
  std::vector<std::pair<std::string, std::uint64_t>> few_values;
};
inline constexpr std::size_t kMaxFewValues = 12;

// Which column holds what the program needs. Indexes into Inspection::columns.
struct RoleFinding {
  std::optional<std::size_t> column;    // the only one that can be it
  std::vector<std::size_t> candidates;  // where that is open: those that may be it
};

// A last row that looks like the rows' total.
struct TotalFinding {
  std::uint32_t line = 0;
  std::string amount;              // the cell as it stands there
  std::optional<Amount> rows_sum;  // of the rows above, where every amount can be read
  bool agrees = false;
};

// kFound: as every reading finds it. kGuessed: it makes text of all bytes, and nothing in the file names it.
enum class EncodingSource : std::uint8_t { kFound, kGiven, kGuessed };

struct Inspection {
  std::string file;  // as it was given; "-": stdin
  Encoding encoding = Encoding::kUtf8;
  EncodingSource encoding_source = EncodingSource::kFound;
  char delimiter = ',';
  std::uint32_t header_line = 0;
  std::uint64_t lines_above = 0;  // not blank, above the header
  std::vector<ColumnFindings> columns;
  std::uint64_t rows = 0;            // below the header, blank lines not counted
  std::uint64_t sampled_rows = 0;    // what `columns` speaks of
  std::uint64_t misshapen_rows = 0;  // with another number of cells than the header
  bool is_own_result = false;        // failed.csv, unknown.csv or reconciliation.csv: it needs no profile

  RoleFinding installation;
  RoleFinding billing_sid;
  RoleFinding quantity;
  RoleFinding reference;
  RoleFinding currency;
  // Where no column holds the SIDs: those that could be the key of a look-up table.
  std::vector<std::size_t> installation_keys;
  std::vector<std::size_t> billing_sid_keys;
  std::vector<std::size_t> statuses;  // text of few values: what a filter may go by
  std::optional<TotalFinding> total;
};

// What is known already and need not be found.
struct InspectionOptions {
  std::optional<Encoding> encoding;
  std::optional<char> delimiter;
  std::optional<std::uint32_t> header_line;  // within the first 200 rows, and about the first megabyte
};

// Reads the file ("-": stdin), holding the first 10,000 rows' findings and the last few rows. A file that is not UTF-8
// is tried in other encodings; stdin, which cannot be read twice, is not. RefusedError (exit 3) where it cannot be read
// as a table at all: damage as in read_usage, or no line that could be a header.
Inspection inspect(const std::string& file, const InspectionOptions& options);

// A configuration file (TOML) of input options: what is certain as a key, everything else as a comment that names the
// option which decides it. read_usage accepts its options on the same file.
std::string first_profile(const Inspection& inspection);

}  // namespace usage
