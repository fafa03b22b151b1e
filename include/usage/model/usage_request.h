#pragma once

#include <string>
#include <vector>

#include "usage/base/decimal.h"

namespace usage {

// One entry of a request's "billable_items".
struct BillableItem {
  std::string billing_sid;
  Quantity quantity;
  friend bool operator==(const BillableItem&, const BillableItem&) = default;
};

// What is posted at once: all or some of one installation's charges. Equal items stay separate items.
struct UsageRequest {
  std::string installation;  // SID as it first came
  std::vector<BillableItem> items;
};

}  // namespace usage
