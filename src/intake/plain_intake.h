// The fast lane from cells to usage rows, for rows that have nothing unusual about them. Several run beside each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookup_table.h"
#include "sid_table.h"
#include "text_table.h"
#include "usage/base/decimal.h"
#include "usage/csv/csv_reader.h"
#include "usage/csv/row_chunk.h"
#include "usage/model/usage_row.h"

namespace usage {

// Where a text comes from: the n-th of the columns that are cut out, or a table by the key that stands there, or the
// constant.
struct PlainSource {
  std::optional<std::size_t> cell;
  const LookupTable* table = nullptr;
  std::string_view constant;
};

// How one file's plain rows are read.
struct PlainRules {
  RowForm form;
  PlainSource installation;
  PlainSource billing_sid;
  PlainSource quantity;
  PlainSource reference;
  PlainSource currency;
  DecimalSign decimal_sign = DecimalSign::kPoint;
  DigitGrouping grouping = DigitGrouping::kNone;
  std::optional<Quantity> max_amount;
};

// What rows name by index: of one worker, for as long as it works. Beside each table stands what the indexes are in the
// whole input, or kNoText where that is not known yet.
struct PlainTexts {
  PackedSidTable installations;
  PackedSidTable billing_sids;
  TextTable currencies;
  std::vector<std::uint32_t> installation_indexes;
  std::vector<std::uint32_t> billing_sid_indexes;
  std::vector<std::uint32_t> currency_indexes;
};

// The plain rows of one chunk.
struct PlainBatch {
  struct Reference {
    std::uint32_t begin = 0;  // in reference_text
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  std::vector<PackedSid> installations;  // beside `rows`, until they have their indexes
  std::vector<UsageRow> rows;            // their texts are indexes into PlainTexts, and into `references`
  std::vector<Reference> references;
  std::string reference_text;

  void clear();
  std::string_view text_of(const Reference& reference) const {
    return std::string_view(reference_text).substr(reference.begin, reference.size);
  }
};

class PlainIntake {
 public:
  PlainIntake(const PlainRules& rules, PlainTexts& texts) : rules_(rules), texts_(texts) {}

  // False where the row is not plain: whether, and why, it is wrong is for RowIntake to say.
  bool add(const RowPlace& place, const CutCells& cells, PlainBatch& batch);
  // To be called when the batch's last row is added.
  void finish(PlainBatch& batch);

 private:
  std::optional<Quantity> quantity_of(std::string_view cell) const;
  const PlainRules& rules_;
  PlainTexts& texts_;
};

}  // namespace usage
