#include "installation_sums.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <type_traits>

namespace usage {
namespace {

using Sum = InstallationSums::Sum;
static_assert(sizeof(Sum) == 48 && std::is_trivially_copyable_v<Sum> && kRowStatusNames.size() <= 32);

constexpr std::string_view kPrefix = "XE";
constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kReadAtOnce = 256;  // sums

std::uint64_t hash_of(std::uint64_t high, std::uint64_t low, std::uint32_t currency) {
  std::uint64_t hash = (high ^ (low * 0x9E3779B97F4A7C15U)) + currency;
  hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93U;
  return hash ^ (hash >> 32);
}

auto key_of(const Sum& sum) {
  return std::tuple(sum.currency, sum.high, sum.low);
}

std::vector<Sum> in_order(std::vector<Sum> sums) {
  std::ranges::sort(sums, {}, key_of);
  return sums;
}

// A sorted list of sums, a part of it in memory at a time.
class SumList {
 public:
  explicit SumList(std::vector<Sum> sums) : part_(std::move(sums)) {}
  SumList(const FileDescriptor& file, std::uint64_t begin, std::uint64_t end) : file_(&file), next_(begin), end_(end) {
    read_part();
  }
  bool ended() const { return at_ == part_.size(); }
  const Sum& first() const { return part_[at_]; }
  void leave_first() {
    if (++at_ == part_.size()) read_part();
  }

 private:
  void read_part() {
    if (next_ == end_) return;
    part_.resize(std::min<std::uint64_t>(kReadAtOnce, (end_ - next_) / sizeof(Sum)));
    read_at(*file_, next_, std::as_writable_bytes(std::span(part_)));
    next_ += part_.size() * sizeof(Sum);
    at_ = 0;
  }
  const FileDescriptor* file_ = nullptr;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
  std::vector<Sum> part_;
  std::size_t at_ = 0;
};

// Calls visit with each sum once, those of one installation in several lists added up, in the order of their keys.
template <typename Visit>
void merge(std::vector<SumList> lists, const Visit& visit) {
  // For a heap with the smallest key on top; of equal ones the list that was put away first.
  const auto after = [&](std::size_t a, std::size_t b) {
    return std::tuple(key_of(lists[a].first()), a) > std::tuple(key_of(lists[b].first()), b);
  };
  std::vector<std::size_t> heap;
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (!lists[i].ended()) heap.push_back(i);
  std::ranges::make_heap(heap, after);
  const auto take = [&] {
    std::ranges::pop_heap(heap, after);
    SumList& list = lists[heap.back()];
    const Sum sum = list.first();
    list.leave_first();
    if (list.ended())
      heap.pop_back();
    else
      std::ranges::push_heap(heap, after);
    return sum;
  };
  while (!heap.empty()) {
    Sum sum = take();
    while (!heap.empty() && key_of(lists[heap.front()].first()) == key_of(sum)) {
      const Sum more = take();
      sum.rows += more.rows;
      sum.amount += more.amount;
      sum.statuses |= more.statuses;
    }
    visit(sum);
  }
}

bool is_before(const Sum& a, const Sum& b) {
  if (a.amount != b.amount) return a.amount > b.amount;
  // Packed, their order is another one.
  return unpack_sid({a.high, a.low, 0}, kPrefix) < unpack_sid({b.high, b.low, 0}, kPrefix);
}

void keep_largest(std::vector<Sum>& largest, const Sum& sum, std::size_t count) {
  largest.insert(std::ranges::upper_bound(largest, sum, is_before), sum);
  if (largest.size() > count) largest.pop_back();
}

LargeInstallation shown(const Sum& sum) {
  LargeInstallation large{unpack_sid({sum.high, sum.low, sum.capitals}, kPrefix), sum.rows, sum.amount, {}};
  for (std::size_t i = 0; i < kRowStatusNames.size(); ++i)
    if ((sum.statuses >> i & 1U) != 0) large.statuses.push_back(static_cast<RowStatus>(i));
  return large;
}

}  // namespace

InstallationSums::InstallationSums(std::filesystem::path folder, std::size_t kept)
    : folder_(std::move(folder)), kept_(kept) {}

void InstallationSums::add(std::string_view installation, std::string_view currency, RowStatus status,
                           const Amount& amount) {
  const auto sid = pack_sid(installation, kPrefix);
  if (!sid) return;
  Sum& sum = sum_of(*sid, currency_of(currency));
  ++sum.rows;
  sum.amount += amount;
  sum.statuses |= 1U << static_cast<unsigned>(status);
}

std::uint32_t InstallationSums::currency_of(std::string_view currency) {
  auto found = std::find(currencies_.begin(), currencies_.end(), currency);
  if (found == currencies_.end()) found = currencies_.emplace(currencies_.end(), currency);
  return static_cast<std::uint32_t>(found - currencies_.begin());
}

InstallationSums::Sum& InstallationSums::sum_of(const PackedSid& sid, std::uint32_t currency) {
  if (sums_.size() * 2 >= slots_.size()) grow();
  std::uint32_t& slot = slots_[slot_of(sid, currency)];
  if (slot != 0) return sums_[slot - 1];
  if (sums_.size() == kept_) {
    put_away();
    return sum_of(sid, currency);
  }
  slot = static_cast<std::uint32_t>(sums_.size() + 1);
  return sums_.emplace_back(Sum{sid.high, sid.low, {}, sid.capitals, 0, currency, 0});
}

std::size_t InstallationSums::slot_of(const PackedSid& sid, std::uint32_t currency) const {
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

void InstallationSums::put_away() {
  if (!file_.valid()) file_ = nameless_file(folder_);
  std::ranges::sort(sums_, {}, key_of);
  write_all(file_, std::as_bytes(std::span(sums_)));
  ends_.push_back((ends_.empty() ? 0 : ends_.back()) + sums_.size() * sizeof(Sum));
  sums_.clear();
  std::ranges::fill(slots_, 0);
}

std::map<std::string, InstallationRanking> InstallationSums::ranking(std::size_t largest) const {
  std::vector<SumList> lists;
  for (std::size_t i = 0; i < ends_.size(); ++i) lists.emplace_back(file_, i == 0 ? 0 : ends_[i - 1], ends_[i]);
  lists.emplace_back(in_order(sums_));
  std::map<std::string, InstallationRanking> rankings;
  std::vector<std::vector<Sum>> best(currencies_.size());
  merge(std::move(lists), [&](const Sum& sum) {
    ++rankings[currencies_[sum.currency]].installations;
    keep_largest(best[sum.currency], sum, largest);
  });
  for (std::size_t i = 0; i < best.size(); ++i)
    for (const Sum& sum : best[i]) rankings[currencies_[i]].largest.push_back(shown(sum));
  return rankings;
}

}  // namespace usage
