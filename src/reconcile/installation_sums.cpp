#include "installation_sums.h"

#include <algorithm>

namespace usage {
namespace {

constexpr std::string_view kPrefix = "XE";
constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kMaxCurrencies = 0xFFFF;

std::uint64_t hash_of(std::uint64_t high, std::uint64_t low, std::uint16_t currency) {
  std::uint64_t hash = (high ^ (low * 0x9E3779B97F4A7C15U)) + currency;
  hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93U;
  return hash ^ (hash >> 32);
}

}  // namespace

void InstallationSums::add(std::string_view installation, std::string_view currency, RowStatus status,
                           const Amount& amount) {
  const auto sid = pack_sid(installation, kPrefix);
  if (!sid) return;
  Sum& sum = sum_of(*sid, currency_of(currency));
  ++sum.rows;
  sum.amount += amount;
  sum.statuses |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(status));
}

std::uint16_t InstallationSums::currency_of(std::string_view currency) {
  auto found = std::find(currencies_.begin(), currencies_.end(), currency);
  if (found == currencies_.end() && currencies_.size() < kMaxCurrencies)
    found = currencies_.emplace(currencies_.end(), currency);
  return static_cast<std::uint16_t>(found - currencies_.begin());
}

InstallationSums::Sum& InstallationSums::sum_of(const PackedSid& sid, std::uint16_t currency) {
  if (sums_.size() * 2 >= slots_.size()) grow();
  std::uint32_t& slot = slots_[slot_of(sid, currency)];
  if (slot == 0) {
    sums_.push_back({sid.high, sid.low, {}, sid.capitals, 0, currency, 0});
    slot = static_cast<std::uint32_t>(sums_.size());
  }
  return sums_[slot - 1];
}

std::size_t InstallationSums::slot_of(const PackedSid& sid, std::uint16_t currency) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash_of(sid.high, sid.low, currency) & mask;; at = (at + 1) & mask) {
    if (slots_[at] == 0) return at;
    const Sum& sum = sums_[slots_[at] - 1];
    if (sum.high == sid.high && sum.low == sid.low && sum.currency == currency) return at;
  }
}

void InstallationSums::grow() {
  slots_.assign(std::max(kFirstSlots, slots_.size() * 2), 0);
  for (std::uint32_t i = 0; i < sums_.size(); ++i)
    slots_[slot_of({sums_[i].high, sums_[i].low, 0}, sums_[i].currency)] = i + 1;
}

LargeInstallation InstallationSums::shown(const Sum& sum) {
  LargeInstallation large{unpack_sid({sum.high, sum.low, sum.capitals}, kPrefix), sum.rows, sum.amount, {}};
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i)
    if ((sum.statuses >> i & 1U) != 0) large.statuses.push_back(static_cast<RowStatus>(i));
  return large;
}

std::vector<LargeInstallation> InstallationSums::largest(std::string_view currency, std::size_t count) const {
  std::vector<const Sum*> best;  // at most `count` and one more
  const auto before = [](const Sum* a, const Sum* b) {
    if (a->amount != b->amount) return a->amount > b->amount;
    return a->high != b->high ? a->high < b->high : a->low < b->low;
  };
  for (const Sum& sum : sums_) {
    if (sum.currency >= currencies_.size() || currencies_[sum.currency] != currency) continue;
    best.insert(std::upper_bound(best.begin(), best.end(), &sum, before), &sum);
    if (best.size() > count) best.pop_back();
  }
  std::vector<LargeInstallation> list;
  for (const Sum* sum : best) list.push_back(shown(*sum));
  return list;
}

std::uint64_t InstallationSums::installations(std::string_view currency) const {
  return static_cast<std::uint64_t>(std::count_if(sums_.begin(), sums_.end(), [&](const Sum& sum) {
    return sum.currency < currencies_.size() && currencies_[sum.currency] == currency;
  }));
}

}  // namespace usage
