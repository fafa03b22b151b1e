#include "plain_taking.h"

namespace usage {
namespace {

// What a worker's index is in the whole input: `find` tells it the first time.
template <class Find>
std::uint32_t known(std::vector<std::uint32_t>& indexes, std::uint32_t of_worker, const Find& find) {
  if (of_worker >= indexes.size()) indexes.resize(of_worker + std::size_t{1}, kNoText);
  if (indexes[of_worker] == kNoText) indexes[of_worker] = find();
  return indexes[of_worker];
}

}  // namespace

void PlainTaking::take_before(std::uint64_t offset, std::uint16_t file, IntakeTables& tables,
                              std::vector<UsageRow>& rows) {
  const std::size_t begin = rows.size();
  for (; next_ < batch_.rows.size() && batch_.rows[next_].place.offset < offset; ++next_) {
    rows.push_back(in_input(batch_.rows[next_], tables));
    rows.back().file = file;
  }
  index_references(tables, rows, begin);
}

UsageRow PlainTaking::in_input(UsageRow row, IntakeTables& tables) {
  row.place.line += first_line_;
  row.installation = known(texts_.installation_indexes, row.installation,
                           [&] { return new_installation(row.installation, tables.installations); });
  row.billing_sid = known(texts_.billing_sid_indexes, row.billing_sid,
                          [&] { return tables.billing_sids.index_of(texts_.billing_sids.sid(row.billing_sid)); });
  if (row.currency == 0) return row;
  row.currency = static_cast<std::uint16_t>(known(texts_.currency_indexes, row.currency, [&] {
    return tables.currency_index(texts_.currencies.texts()[row.currency - 1U]);
  }));
  return row;
}

// Those that are new to a worker are mostly needed in the order in which it met them.
std::uint32_t PlainTaking::new_installation(std::uint32_t of_worker, SidTable& installations) const {
  constexpr std::uint32_t kAhead = 8;
  const PackedSidTable& sids = texts_.installations;
  if (of_worker + kAhead < sids.size()) installations.prefetch(sids.sid(of_worker + kAhead));
  return installations.index_of(sids.sid(of_worker));
}

// The table of references is larger than any cache: what is needed soon is asked for ahead.
void PlainTaking::index_references(IntakeTables& tables, std::vector<UsageRow>& rows, std::size_t begin) const {
  constexpr std::uint32_t kAhead = 8;
  for (std::size_t i = begin; i < rows.size(); ++i) {
    std::uint32_t& reference = rows[i].reference;
    if (reference == kNoText) continue;
    const auto ahead = std::size_t{reference} + kAhead;
    if (ahead < batch_.references.size()) tables.references.prefetch(batch_.references[ahead].hash);
    const PlainBatch::Reference& found = batch_.references[reference];
    reference = tables.references.index_of(batch_.text_of(found), found.hash);
  }
}

}  // namespace usage
