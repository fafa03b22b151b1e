// Whether a request is what the endpoint's OpenAPI document asks for. What breaks it is a bug of the uploader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace usage::sandbox {

struct RequestHead {
  std::string method;
  std::string target;  // as sent, undecoded
  std::string version;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct UsageItem {
  std::string sid;
  std::string quantity;  // its digits as sent
  friend bool operator==(const UsageItem&, const UsageItem&) = default;
};

struct BasicCredentials {
  std::string user;
  std::string secret;
};

// What is wrong with a request, and how the endpoint would answer it.
struct Violation {
  int status = 400;
  std::string message;
};

// "/v1/InstalledAddOns/XE.../Usage" -> "XE..."; nothing for any other path, or a SID of another form.
std::optional<std::string> installation_of(std::string_view target);

// Method, path, HTTP/1.1, no Expect, one Host, one Basic Authorization, JSON, one Content-Length and no other framing.
std::optional<Violation> check_head(const RequestHead& head);

// The credentials of a head that check_head found right.
BasicCredentials credentials_of(const RequestHead& head);

// {"billable_items":[{"sid":text,"quantity":number above 0}, ...]}, and nothing beside.
std::variant<std::vector<UsageItem>, Violation> check_body(std::string_view body);

}  // namespace usage::sandbox
