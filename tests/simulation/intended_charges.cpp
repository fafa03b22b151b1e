#include "simulation/intended_charges.h"

#include <algorithm>

#include "simulation/posted_usage.h"

namespace usage::test {
namespace {

// The greatest matching of a bipartite graph, path by path (Kuhn).
class Matching {
 public:
  explicit Matching(std::vector<std::vector<std::size_t>> edges) : edges_(std::move(edges)) {}

  std::size_t size() {
    std::size_t matched = 0;
    for (std::size_t left = 0; left < edges_.size(); ++left) {
      tried_.clear();
      if (find_place(left)) ++matched;
    }
    return matched;
  }

 private:
  bool find_place(std::size_t left) {
    for (const std::size_t right : edges_[left]) {
      if (!tried_.insert(right).second) continue;
      const auto taken = holder_.find(right);
      if (taken != holder_.end() && !find_place(taken->second)) continue;
      holder_[right] = left;
      return true;
    }
    return false;
  }

  std::vector<std::vector<std::size_t>> edges_;
  std::map<std::size_t, std::size_t> holder_;
  std::set<std::size_t> tried_;
};

}  // namespace

std::string content_key(std::string_view installation, std::string_view billing_sid, std::string_view quantity) {
  const auto units = units_of(quantity);
  return lowered(installation) + " " + lowered(billing_sid) + " " + (units ? shortest_text(*units) : "?");
}

bool IntendedCharges::is_told_apart(Intent intent) const {
  return std::all_of(by_content_.begin(), by_content_.end(),
                     [&](const auto& stood) { return !stood.second.contains(intent) || stood.second.size() == 1; });
}

std::size_t IntendedCharges::distinct(const std::vector<std::string>& items) const {
  std::vector<std::vector<std::size_t>> edges;
  for (const std::string& item : items) {
    const auto found = by_content_.find(item);
    edges.emplace_back();
    if (found != by_content_.end()) edges.back().assign(found->second.begin(), found->second.end());
  }
  return Matching(std::move(edges)).size();
}

std::size_t IntendedCharges::billed_of(const std::set<Intent>& wanted, const std::vector<std::string>& items) const {
  std::map<Intent, std::vector<std::size_t>> edges;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto found = by_content_.find(items[i]);
    if (found == by_content_.end()) continue;
    for (const Intent intent : found->second)
      if (wanted.contains(intent)) edges[intent].push_back(i);
  }
  std::vector<std::vector<std::size_t>> list;
  for (auto& [intent, of_intent] : edges) list.push_back(std::move(of_intent));
  return Matching(std::move(list)).size();
}

}  // namespace usage::test
