// What a file says, once it is read: compact rows over tables of the texts that repeat.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "usage/base/decimal.h"
#include "usage/base/file.h"
#include "usage/model/encoding.h"
#include "usage/model/ids.h"
#include "usage/model/warning.h"

namespace usage {

inline constexpr std::uint32_t kNoText = 0xFFFFFFFF;  // an index into a text table that points nowhere

// Where a row lies in its file. The line is the physical one at which the row begins, from 1; offset
// and length count bytes of the spooled text (InputFile::spool), the length without the line's end.
struct RowPlace {
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  std::uint32_t line = 0;
  friend bool operator==(const RowPlace&, const RowPlace&) = default;
};

// A row that passed validation. The four texts are indexes into UsageInput's tables.
struct UsageRow {
  RowPlace place;
  Quantity quantity;
  std::uint32_t installation = kNoText;
  std::uint32_t billing_sid = kNoText;
  std::uint32_t reference = kNoText;
  std::uint16_t currency = 0;  // 0: the file names none
  std::uint16_t file = 0;
};
static_assert(sizeof(UsageRow) <= 48);

// One thing wrong with one row.
struct RowProblem {
  std::uint16_t file = 0;
  std::uint32_t line = 0;
  std::string name;    // stable: "quantity-form", "installation-form", "columns-missing"
  std::string column;  // as the header names it; empty where the whole row is meant
  std::string value;   // the text that stands there, cleaned and shortened
  std::string reason;
  std::string remedy;
  friend bool operator==(const RowProblem&, const RowProblem&) = default;
};

// A row that did not pass. The texts are as they stand in the file, cleaned and shortened, empty where unreadable; the
// quantity, where it can be read, is a plain decimal.
struct InvalidRow {
  RowPlace place;
  std::uint16_t file = 0;
  std::uint16_t currency = 0;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string reference;
  std::optional<Amount> amount;                // where it can be read; it may be 0 or negative
  std::uint32_t installation_index = kNoText;  // where the installation can be read
  std::vector<RowProblem> problems;            // at least one
  std::string usage_row;                       // as the file has it
  RowId charge = 0;                            // the ledger's charge that it conflicts with, or names; 0: none
};

// A row left out by a choice of the operator. The texts as in InvalidRow.
struct LeftOutRow {
  RowPlace place;
  std::uint16_t file = 0;
  std::uint16_t currency = 0;
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string reference;
  std::optional<Amount> amount;
  std::string reason;
};

// A total line below the rows (left out, as a row): what they must add up to.
struct TotalLine {
  std::uint16_t file = 0;
  std::uint32_t line = 0;
  Amount amount;
};

// How the columns of the file were understood: which header cell each of ours was read from, empty where none.
struct ColumnMapping {
  std::string installation;
  std::string billing_sid;
  std::string quantity;
  std::string reference;
  std::string currency;
  std::string usage_row;  // the file is one of our own result files
  // Of a role that no column holds: the header cell of the key that was looked up in a table, or the constant given.
  std::string installation_key = {};
  std::string billing_sid_key = {};
  std::string installation_constant = {};
  std::string billing_sid_constant = {};
  std::string currency_constant = {};
};

struct InputFile {
  std::string name;    // as given on the command line; "-" for stdin
  std::string spool;   // path at which the UTF-8 text lies (the file itself where nothing had to be converted)
  std::string digest;  // SHA-256 of the bytes as given
  std::uint64_t bytes = 0;
  Encoding encoding = Encoding::kUtf8;
  std::uint64_t spool_bytes = 0;  // of the UTF-8 text
  std::string spool_digest;       // SHA-256 of the UTF-8 text
  std::uint64_t body_offset = 0;  // where the first data row may begin in the spool
  std::uint32_t header_line = 1;
  char delimiter = ',';
  DecimalSign decimal_sign = DecimalSign::kPoint;  // that its amounts were read with
  DigitGrouping grouping = DigitGrouping::kNone;   // likewise
  bool had_bom_or_other_encoding = false;
  std::string header;  // the header row's bytes, without BOM and line end
  ColumnMapping mapping;
  std::shared_ptr<const FileDescriptor>
      spool_owner;  // keeps a nameless spool (stdin) while any copy of this value lives
};

// Everything that was read from the files of one upload.
struct UsageInput {
  std::vector<InputFile> files;
  // Of readable rows, valid or not, in order of first appearance; of SIDs with one sid_key the first that came.
  std::vector<std::string> installations;
  std::vector<std::string> billing_sids;
  std::vector<std::string> references;
  std::vector<std::string> currencies = {""};
  std::vector<std::string> usage_rows;  // beside `rows` where a file has that column, else empty
  // Where rows of files of ours stand, by file and offset, in input order: those of which a person wrote in
  // usage_settle something else than that they were not billed.
  std::vector<std::pair<std::uint16_t, std::uint64_t>> not_to_send;
  // Likewise, whose amount somebody has confirmed, whatever stood there before.
  std::vector<std::pair<std::uint16_t, std::uint64_t>> confirmed_amounts;
  std::vector<UsageRow> rows;  // each list in input order
  std::vector<InvalidRow> invalid;
  std::vector<LeftOutRow> left_out;
  std::vector<TotalLine> total_lines;  // at most one a file
  std::vector<Warning> warnings;

  std::size_t row_count() const { return rows.size() + invalid.size() + left_out.size(); }
};

}  // namespace usage
