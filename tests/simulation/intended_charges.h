// What a period's person wants billed, and whether the endpoint's journal can be just that. An identity of its own for
// each charge, which no rule of the product has a part in: the generator knows which row means which charge.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace usage::test {

using Intent = std::size_t;

// Installation, billing SID and amount: what the endpoint can tell apart.
std::string content_key(std::string_view installation, std::string_view billing_sid, std::string_view quantity);

class IntendedCharges {
 public:
  // A row that means this charge stood in a file so. Charges that ever had the same content are interchangeable.
  void may_stand_as(const std::string& content, Intent intent) { by_content_[content].insert(intent); }

  // Has it never had a content that another one had too? So also where nothing stood for it yet.
  bool is_told_apart(Intent intent) const;
  // How many of the items can each be a charge of its own. Less than there are: something is billed twice, or was never
  // meant to be.
  std::size_t distinct(const std::vector<std::string>& items) const;
  // How many of the wanted charges are billed by the items.
  std::size_t billed_of(const std::set<Intent>& wanted, const std::vector<std::string>& items) const;

 private:
  std::map<std::string, std::set<Intent>> by_content_;
};

}  // namespace usage::test
