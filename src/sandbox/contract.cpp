#include "contract.h"

#include <algorithm>

#include "exact_number.h"
#include "json_value.h"
#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage::sandbox {
namespace {

using Kind = JsonValue::Kind;

std::vector<std::string_view> header_values(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : head.headers) {
    if (ascii_equal_ignoring_case(key, name)) values.push_back(value);
  }
  return values;
}

int base64_value(char c) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<std::string> decode_base64(std::string_view text) {  // RFC 4648 section 4, padded
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
  if (padding > 2) return std::nullopt;
  std::string bytes;
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size() - padding; ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFFFFU;
    const std::size_t spare = (i + 1) * 6 % 8;  // bits read so far that do not yet make a byte
    if (i % 4 != 0) bytes.push_back(static_cast<char>(bits >> spare & 0xFFU));
  }
  return bytes;
}

std::optional<BasicCredentials> basic_credentials(std::string_view value) {
  constexpr std::string_view kScheme = "basic ";
  if (!ascii_equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::optional<std::string> decoded = decode_base64(value.substr(kScheme.size()));
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::optional<Violation> check_authorization(const RequestHead& head) {
  const auto values = header_values(head, "Authorization");
  if (values.size() != 1) return Violation{401, "Authorization: one header is needed"};
  const auto credentials = basic_credentials(values.front());
  if (!credentials) return Violation{401, "Authorization: not Basic credentials"};
  const std::string_view prefix = std::string_view(credentials->user).substr(0, 2);
  if (prefix != "AC" && prefix != "SK") return Violation{401, "Authorization: the user is no AC or SK SID"};
  if (credentials->secret.empty()) return Violation{401, "Authorization: the secret is empty"};
  return std::nullopt;
}

std::optional<Violation> check_content_type(const RequestHead& head) {
  const auto values = header_values(head, "Content-Type");
  if (values.size() != 1) return Violation{415, "Content-Type: one header is needed"};
  std::string type = ascii_lower(values.front());
  std::erase(type, ' ');
  if (type == "application/json" || type == "application/json;charset=utf-8") return std::nullopt;
  return Violation{415, "Content-Type: not application/json"};
}

std::optional<Violation> check_framing(const RequestHead& head) {
  if (!header_values(head, "Expect").empty()) return Violation{417, "Expect: must not be sent"};
  if (!header_values(head, "Transfer-Encoding").empty()) return Violation{411, "Transfer-Encoding: must not be sent"};
  if (!header_values(head, "Content-Encoding").empty()) return Violation{415, "Content-Encoding: must not be sent"};
  const auto lengths = header_values(head, "Content-Length");
  if (lengths.size() != 1) return Violation{411, "Content-Length: one header is needed"};
  if (header_values(head, "Host").size() != 1) return Violation{400, "Host: one header is needed"};
  return std::nullopt;
}

Violation item_violation(std::size_t index, const std::string& what) {
  return {400, "billable_items[" + std::to_string(index) + "]: " + what};
}

std::variant<UsageItem, Violation> check_item(const JsonValue& value, std::size_t index) {
  if (!value.is(Kind::kObject)) return item_violation(index, "not an object");
  const JsonValue* sid = nullptr;
  const JsonValue* quantity = nullptr;
  for (const JsonMember& member : value.members) {
    const JsonValue** place = member.name == "sid" ? &sid : member.name == "quantity" ? &quantity : nullptr;
    if (place == nullptr) return item_violation(index, "unknown member \"" + member.name + "\"");
    if (*place != nullptr) return item_violation(index, "\"" + member.name + "\" stands twice");
    *place = &member.value;
  }
  if (sid == nullptr || !sid->is(Kind::kString) || sid->text.empty()) {
    return item_violation(index, "sid is not a text of at least one character");
  }
  if (quantity == nullptr || !quantity->is(Kind::kNumber)) return item_violation(index, "quantity is not a number");
  const auto amount = ExactNumber::parse(quantity->text);
  if (!amount || amount->is_zero()) return item_violation(index, "quantity is not above 0");
  return UsageItem{sid->text, quantity->text};
}

}  // namespace

std::optional<std::string> installation_of(std::string_view target) {
  constexpr std::string_view kBefore = "/v1/InstalledAddOns/";
  constexpr std::string_view kAfter = "/Usage";
  constexpr std::size_t kSidSize = 34;
  if (target.size() != kBefore.size() + kSidSize + kAfter.size()) return std::nullopt;
  if (target.substr(0, kBefore.size()) != kBefore || target.substr(kBefore.size() + kSidSize) != kAfter) {
    return std::nullopt;
  }
  const std::string_view sid = target.substr(kBefore.size(), kSidSize);
  if (sid.substr(0, 2) != "XE" || !std::all_of(sid.begin() + 2, sid.end(), is_hex_digit)) return std::nullopt;
  return std::string(sid);
}

std::optional<Violation> check_head(const RequestHead& head) {
  if (!installation_of(head.target)) {
    return Violation{404, "path: not /v1/InstalledAddOns/{XE and 32 hex digits}/Usage: " + head.target};
  }
  if (head.method != "POST") return Violation{405, "method: not POST: " + head.method};
  if (head.version != "HTTP/1.1") return Violation{400, "version: not HTTP/1.1: " + head.version};
  if (auto violation = check_authorization(head)) return violation;
  if (auto violation = check_framing(head)) return violation;
  return check_content_type(head);
}

BasicCredentials credentials_of(const RequestHead& head) {
  return basic_credentials(header_values(head, "Authorization").at(0)).value();
}

std::variant<std::vector<UsageItem>, Violation> check_body(std::string_view body) {
  const auto parsed = parse_json(body);
  if (const auto* error = std::get_if<std::string>(&parsed)) return Violation{400, "body: not JSON: " + *error};
  const JsonValue& root = std::get<JsonValue>(parsed);
  if (!root.is(Kind::kObject)) return Violation{400, "body: not an object"};
  if (root.members.size() != 1 || root.members[0].name != "billable_items") {
    return Violation{400, "body: must have billable_items, once, and no other member"};
  }
  const JsonValue& list = root.members[0].value;
  if (!list.is(Kind::kArray) || list.elements.empty()) return Violation{400, "billable_items: not a list with items"};
  std::vector<UsageItem> items;
  for (const JsonValue& element : list.elements) {
    auto item = check_item(element, items.size());
    if (auto* violation = std::get_if<Violation>(&item)) return *violation;
    items.push_back(std::move(std::get<UsageItem>(item)));
  }
  return items;
}

}  // namespace usage::sandbox
