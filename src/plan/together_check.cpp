#include "together_check.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "charge_words.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

// What a charge may be known by: an item ("installation\nitem"), or a reference ("\nreference").
std::vector<std::string> marks_of(const TogetherCheck::Taker& taker, const LedgerView& ledger) {
  std::vector<std::string> marks = {taker.installation_key + "\n" + taker.billing_key};
  for (const ChargePlace& place : ledger.places_of(taker.taken.charge))
    marks.push_back(sid_key(place.installation) + "\n" + sid_key(place.billing_sid));
  for (const std::string& reference : taker.references) marks.push_back("\n" + reference);
  std::ranges::sort(marks);
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  return marks;
}

// When a charge was made, and when a row stood for it last. Of all charges with the same two, one is enough to know.
using Runs = std::pair<RunId, RunId>;

Runs runs_of(const KnownCharge& charge) {
  return {charge.made_in, charge.run};
}

// An upload that had rows for both of them said that they are two.
bool stood_together(const Runs& a, const Runs& b) {
  return a.first == b.first || a.first == b.second || a.second == b.first || a.second == b.second;
}

}  // namespace

std::vector<AdditionalRow> TogetherCheck::find(const LedgerView& ledger) const {
  const auto is_of_first = [&](const Taker& taker) { return runs_of(taker.taken) == runs_of(takers_.front().taken); };
  if (std::ranges::all_of(takers_, is_of_first)) return {};

  std::unordered_map<std::string, std::map<Runs, const Taker*>> by_mark;
  std::vector<std::vector<std::string>> marks;
  for (const Taker& taker : takers_) {
    marks.push_back(marks_of(taker, ledger));
    for (const std::string& mark : marks.back()) by_mark[mark].try_emplace(runs_of(taker.taken), &taker);
  }
  std::vector<AdditionalRow> found;
  for (std::size_t i = 0; i < takers_.size(); ++i) {
    const Runs runs = runs_of(takers_[i].taken);
    const auto later_beside = [&]() -> const Taker* {
      for (const std::string& mark : marks[i])
        for (const auto& [other_runs, other] : by_mark.at(mark))
          if (other_runs.first > runs.first && !stood_together(runs, other_runs)) return other;
      return nullptr;
    };
    if (const Taker* other = later_beside()) found.push_back({takers_[i].row, described_beside(other->taken)});
  }
  return found;
}

}  // namespace usage
