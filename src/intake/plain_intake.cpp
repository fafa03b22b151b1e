#include "plain_intake.h"

#include "cell_checks.h"
#include "usage/base/ascii.h"
#include "usage/base/currency.h"
#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::uint32_t kMaxPlainCurrencies = 10'000;  // spellings; more than RowIntake lets an input have

std::string_view without_blanks(std::string_view cell) {
  const bool has = !cell.empty() && (cell.front() <= ' ' || cell.back() <= ' ');
  return has ? trim_blanks(cell) : cell;
}

// Nothing where a table is to be asked and has no answer.
std::optional<std::string_view> text_of(const PlainSource& source, const CutCells& cells) {
  if (!source.cell) return source.constant;
  const std::string_view cell = without_blanks(cells[*source.cell]);
  if (source.table == nullptr) return cell;
  return check_characters(cell) ? std::nullopt : source.table->find(cell);
}

std::optional<PackedSid> sid_of(const PlainSource& source, const CutCells& cells, std::string_view prefix) {
  const auto text = text_of(source, cells);
  return text ? pack_sid(*text, prefix) : std::nullopt;
}

}  // namespace

void PlainBatch::clear() {
  rows.clear();
  installations.clear();
  references.clear();
  reference_text.clear();
}

std::optional<Quantity> PlainIntake::quantity_of(std::string_view cell) const {
  auto quantity =
      rules_.grouping == DigitGrouping::kNone ? Quantity::parse_short(cell, rules_.decimal_sign) : std::nullopt;
  if (!quantity) quantity = readable(Quantity::parse(cell, rules_.decimal_sign, rules_.grouping));
  return quantity && rules_.max_amount && *quantity > *rules_.max_amount ? std::nullopt : quantity;
}

bool PlainIntake::add(const RowPlace& place, const CutCells& cells, PlainBatch& batch) {
  const auto quantity = quantity_of(without_blanks(cells[*rules_.quantity.cell]));
  if (!quantity) return false;
  const auto installation = sid_of(rules_.installation, cells, "XE");
  const auto billing_sid = sid_of(rules_.billing_sid, cells, "BI");
  if (!installation || !billing_sid) return false;
  const std::string_view reference = *text_of(rules_.reference, cells);
  const std::string_view currency = *text_of(rules_.currency, cells);
  if (reference.size() > kMaxReferenceBytes || !is_printable_ascii(reference)) return false;
  if (currency.size() > kMaxCurrencyCharacters || !is_printable_ascii(currency)) return false;
  if (texts_.currencies.texts().size() >= kMaxPlainCurrencies) return false;

  UsageRow row{place, *quantity};
  row.billing_sid = texts_.billing_sids.index_of(*billing_sid);
  if (!currency.empty()) row.currency = static_cast<std::uint16_t>(texts_.currencies.index_of(currency) + 1);
  if (!reference.empty()) {
    row.reference = static_cast<std::uint32_t>(batch.references.size());
    batch.references.push_back({static_cast<std::uint32_t>(batch.reference_text.size()),
                                static_cast<std::uint32_t>(reference.size()), TextTable::hash_of(reference)});
    batch.reference_text += reference;
  }
  batch.rows.push_back(row);
  batch.installations.push_back(*installation);
  return true;
}

void PlainIntake::finish(PlainBatch& batch) {
  constexpr std::size_t kAhead = 8;
  const std::size_t rows = batch.rows.size();
  for (std::size_t i = 0; i < rows; ++i) {
    if (i + 2 * kAhead < rows) texts_.installations.prefetch(batch.installations[i + 2 * kAhead]);
    if (i + kAhead < rows) texts_.installations.prefetch_sid(batch.installations[i + kAhead]);
    batch.rows[i].installation = texts_.installations.index_of(batch.installations[i]);
  }
}

}  // namespace usage
