#include "usage/base/sid.h"

#include <algorithm>

#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::size_t kSidLength = 34;
constexpr std::size_t kMaxBillingSidLength = 256;

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_prefixed_hex(std::string_view text, std::string_view prefix) {
  return text.size() == kSidLength && text.starts_with(prefix) &&
         std::all_of(text.begin() + 2, text.end(), is_hex_digit);
}

}  // namespace

bool is_installation_sid(std::string_view text) {
  return is_prefixed_hex(text, "XE");
}

bool is_usual_billing_sid(std::string_view text) {
  return is_prefixed_hex(text, "BI");
}

bool is_possible_billing_sid(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBillingSidLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string sid_key(std::string_view sid) {
  if (!is_installation_sid(sid) && !is_usual_billing_sid(sid)) return std::string(sid);
  return std::string(sid.substr(0, 2)) + ascii_lower(sid.substr(2));
}

}  // namespace usage
