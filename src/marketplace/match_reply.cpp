#include "usage/marketplace/match_reply.h"

#include <algorithm>
#include <compare>
#include <optional>

#include "exact_number.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kShownSid = 80;
constexpr std::size_t kShownNumber = 40;
constexpr Int128 kBillion = 1'000'000'000;

using Items = std::span<const BillableItem>;
using ReplyItems = std::span<const ReplyItem>;
using Quantities = std::span<const ExactNumber>;

// An item as the multiset has it; the index makes equal pairs take their flags in order.
struct Pair {
  std::string key;
  Int128 units = 0;
  std::size_t index = 0;
  bool is_like(const Pair& other) const { return units == other.units && key == other.key; }
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

std::string shown(std::string_view sid, std::string_view quantity) {
  return clean_text(sid, kShownSid) + " with " + clean_text(quantity, kShownNumber);
}

std::string at_place(std::size_t index) {
  return "item " + std::to_string(index + 1);
}

bool is_same_sid(const std::string& a, const std::string& b) {
  return a == b || sid_key(a) == sid_key(b);
}

std::variant<std::vector<ExactNumber>, std::string> read_quantities(ReplyItems reply) {
  std::vector<ExactNumber> quantities;
  quantities.reserve(reply.size());
  for (const ReplyItem& item : reply) {
    const auto quantity = ExactNumber::parse(item.quantity);
    if (!quantity) return "the reply has " + shown(item.sid, item.quantity) + ", which the request does not have";
    quantities.push_back(*quantity);
  }
  return quantities;
}

bool is_exact_by_position(Items items, ReplyItems reply, Quantities quantities) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!quantities[i].equals(items[i].quantity.units())) return false;
    if (!is_same_sid(items[i].billing_sid, reply[i].sid)) return false;
  }
  return true;
}

std::vector<Pair> sorted_pairs(Items items) {
  std::vector<Pair> pairs;
  pairs.reserve(items.size());
  for (const BillableItem& item : items) {
    pairs.push_back({sid_key(item.billing_sid), item.quantity.units(), pairs.size()});
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<Pair> sorted_pairs(ReplyItems reply, Quantities quantities) {
  std::vector<Pair> pairs;
  pairs.reserve(reply.size());
  for (std::size_t i = 0; i < reply.size(); ++i) pairs.push_back({sid_key(reply[i].sid), quantities[i].units, i});
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// The reply's flags in our items' order, where both lists are the same multiset.
std::optional<std::vector<bool>> match_multiset(Items items, ReplyItems reply, Quantities quantities) {
  if (std::any_of(quantities.begin(), quantities.end(), [](const ExactNumber& q) { return q.has_rest; })) return {};
  const auto ours = sorted_pairs(items);
  const auto theirs = sorted_pairs(reply, quantities);
  std::vector<bool> submitted(items.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!ours[i].is_like(theirs[i])) return {};
    submitted[ours[i].index] = reply[theirs[i].index].submitted;
  }
  return submitted;
}

bool have_equal_flags(ReplyItems reply) {
  return std::all_of(reply.begin(), reply.end(),
                     [&](const ReplyItem& item) { return item.submitted == reply.front().submitted; });
}

// Two of our items may lie within half a cent of each other. Where a quantity that differs from ours at its place is
// exactly that of another item which differs too, the endpoint has changed the order, not rounded.
bool looks_reordered(Items items, ReplyItems reply, Quantities quantities) {
  std::vector<Pair> ours;
  std::vector<Pair> theirs;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Int128 units = items[i].quantity.units();
    if (quantities[i].equals(units)) continue;
    ours.push_back({sid_key(items[i].billing_sid), units, 0});
    if (!quantities[i].has_rest) theirs.push_back({sid_key(reply[i].sid), quantities[i].units, 0});
  }
  std::sort(ours.begin(), ours.end());
  return std::any_of(theirs.begin(), theirs.end(),
                     [&](const Pair& pair) { return std::binary_search(ours.begin(), ours.end(), pair); });
}

// What is against it that every item stands at its place, exactly or rounded. Nothing where it is so.
std::optional<std::string> objection_to_rounding(Items items, ReplyItems reply, Quantities quantities) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const BillableItem& ours = items[i];
    if (is_same_sid(ours.billing_sid, reply[i].sid) && quantities[i].is_within(kHalfCent, ours.quantity.units())) {
      continue;
    }
    return at_place(i) + " of the reply is " + shown(reply[i].sid, reply[i].quantity) + ", ours is " +
           shown(ours.billing_sid, ours.quantity.text());
  }
  if (!have_equal_flags(reply) && looks_reordered(items, reply, quantities)) {
    return "the reply rounds quantities and changes their order, so its items cannot be told apart";
  }
  return std::nullopt;
}

Warning rounded_warning(Items items, ReplyItems reply, Quantities quantities) {
  std::size_t first = 0;
  while (quantities[first].equals(items[first].quantity.units())) ++first;
  return {"endpoint-rounded", "the endpoint rounds quantities, first " + items[first].quantity.text() + " to " +
                                  clean_text(reply[first].quantity, kShownNumber)};
}

std::variant<MatchedReply, std::string> match_items(Items items, ReplyItems reply, Quantities quantities) {
  MatchedReply matched;
  for (const ReplyItem& item : reply) matched.submitted.push_back(item.submitted);
  if (is_exact_by_position(items, reply, quantities)) return matched;
  if (auto submitted = match_multiset(items, reply, quantities)) return MatchedReply{std::move(*submitted), {}};
  if (auto objection = objection_to_rounding(items, reply, quantities)) return std::move(*objection);
  matched.warnings.push_back(rounded_warning(items, reply, quantities));
  return matched;
}

// OpenAPI: total_submitted "aggregates all billable_items that were successfully submitted".
std::optional<std::string> objection_to_total(Items items, const std::vector<bool>& submitted, std::string_view total) {
  if (total.empty()) return std::nullopt;
  Amount sum;
  Int128 count = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!submitted[i]) continue;
    sum += items[i].quantity;
    ++count;
  }
  const Int128 tolerance = count * kHalfCent + sum.units() / kBillion;
  const auto number = ExactNumber::parse(total);
  if (number && number->is_within(tolerance, sum.units())) return std::nullopt;
  return "the reply's total_submitted is " + clean_text(total, kShownNumber) + ", its submitted items sum to " +
         sum.text();
}

}  // namespace

std::variant<MatchedReply, std::string> match_reply(std::span<const BillableItem> items, const UsageReply& reply) {
  if (items.size() != reply.items.size()) {
    return "the reply names " + count_of(reply.items.size(), "item", "items") + ", the request has " +
           std::to_string(items.size());
  }
  const auto read = read_quantities(reply.items);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  auto result = match_items(items, reply.items, std::get<0>(read));
  const auto* matched = std::get_if<MatchedReply>(&result);
  if (matched == nullptr) return result;
  if (auto objection = objection_to_total(items, matched->submitted, reply.total_submitted)) return *objection;
  return result;
}

}  // namespace usage
