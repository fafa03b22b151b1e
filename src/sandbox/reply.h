// What the sandbox answers, as values; how it leaves is the wire's affair (http_connection.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "contract.h"
#include "fault.h"
#include "usage/base/clock.h"

namespace usage::sandbox {

struct Reply {
  int status = 202;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type = "application/json";
  std::string body;
  std::uint64_t padding = 0;  // so many spaces follow the body
};

// The items that a request with this fault bills: all, none, or those that are not answered submitted: false.
std::vector<UsageItem> billed_items(const Fault& fault, const std::vector<UsageItem>& items);

// `target` is the request's own, for redirects; `now` for Retry-After dates.
Reply compose_reply(const Fault& fault, const std::vector<UsageItem>& items, const std::string& target, WallTime now);

// Whether a client gets the final status line and all headers: else the journal has no status.
bool whole_head_leaves(const Fault& fault);

}  // namespace usage::sandbox
