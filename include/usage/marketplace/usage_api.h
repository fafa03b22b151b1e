// What the endpoint looks like. Source: Twilio's OpenAPI document of the Marketplace API, operation CreateBillingUsage.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "usage/model/usage_request.h"

namespace usage {

inline constexpr std::string_view kDefaultBaseUrl = "https://marketplace.twilio.com";

// BASE/v1/InstalledAddOns/{SID}/Usage. The base has no trailing slash; the SID must be an installation SID.
std::string usage_url(std::string_view base_url, std::string_view installation_sid);

// {"billable_items":[{"sid":"BI..","quantity":12.355},..]}: the quantities' digits are those of the file.
std::string usage_body(std::span<const BillableItem> items);

struct ReplyItem {
  std::string sid;
  std::string quantity;  // the JSON number's text
  bool submitted = false;
};
struct UsageReply {
  std::vector<ReplyItem> items;
  std::string total_submitted;  // the JSON number's text; empty where it is missing
};

struct ReplyProblem {
  enum class Kind : std::uint8_t { kNotJson, kOtherForm };
  Kind kind = Kind::kNotJson;
  std::string text;  // one line; may quote the reply, so clean it before it is shown
};

// Reads a 202's body: valid JSON in valid UTF-8, an object with the list billable_items, each with the string sid, the
// number quantity and the boolean submitted, each of them once. total_submitted may be missing or null; another type
// than a number is a problem. Other members are ignored. Never throws, whatever the bytes.
std::variant<UsageReply, ReplyProblem> parse_reply(std::string_view body);

// Twilio's error bodies have several shapes ("code"/"message", "httpStatusCode", RFC 9457 "title"/"detail"), and some
// bodies are not JSON. Both members are cleaned text, empty where the body does not say.
struct ErrorReply {
  std::string code;
  std::string message;
};
ErrorReply parse_error_reply(std::string_view body);

}  // namespace usage
