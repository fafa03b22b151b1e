#include "simulation/posted_usage.h"

#include <algorithm>

namespace usage::test {
namespace {

constexpr std::size_t kDecimals = 15;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The text from the front up to `end`, taken off; nothing where it does not come.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const std::size_t found = text.find(end);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, found);
  text.remove_prefix(found + end.size());
  return taken;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// {"sid":"BI..","quantity":12.5}
std::optional<Item> take_item(std::string_view& text) {
  if (!take(text, R"({"sid":")")) return std::nullopt;
  const auto sid = take_until(text, R"(","quantity":)");
  const auto quantity = sid ? take_until(text, "}") : std::nullopt;
  const auto units = quantity ? units_of(*quantity) : std::nullopt;
  if (!units || *units <= 0 || sid->empty()) return std::nullopt;
  return Item{std::string(*sid), std::string(*quantity), *units};
}

bool is_installation(std::string_view sid) {
  return sid.size() == 34 && sid.starts_with("XE") &&
         sid.substr(2).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

std::optional<Int128> units_of(std::string_view decimal) {
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  const std::string_view whole = decimal.substr(0, point);
  const std::string_view fraction = point == decimal.size() ? std::string_view() : decimal.substr(point + 1);
  if (whole.empty() || whole.size() > kDecimals || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  if (point != decimal.size() && (fraction.empty() || fraction.size() > kDecimals)) return std::nullopt;
  Int128 units = 0;
  std::string digits = std::string(whole) + std::string(fraction);
  digits.resize(whole.size() + kDecimals, '0');
  for (const char digit : digits) {
    if (!is_digit(digit)) return std::nullopt;
    units = units * 10 + (digit - '0');
  }
  return units;
}

std::string decimal_text(Int128 units, int decimals) {
  std::string digits;
  for (; units > 0; units /= 10) digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
  if (digits.size() <= kDecimals) digits.insert(0, kDecimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - kDecimals, ".");
  digits.resize(digits.size() - kDecimals + static_cast<std::size_t>(decimals));
  if (decimals == 0) digits.pop_back();
  return digits;
}

std::string shortest_text(Int128 units) {
  std::string text = decimal_text(units, static_cast<int>(kDecimals));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::optional<PostedUsage> read_posted(std::string_view url, std::string_view body) {
  PostedUsage posted;
  if (!take_until(url, "/v1/InstalledAddOns/")) return std::nullopt;
  const auto installation = take_until(url, "/Usage");
  if (!installation || !url.empty() || !is_installation(*installation)) return std::nullopt;
  posted.installation = *installation;
  if (!take(body, R"({"billable_items":[)")) return std::nullopt;
  do {
    auto item = take_item(body);
    if (!item) return std::nullopt;
    posted.items.push_back(std::move(*item));
  } while (take(body, ","));
  if (body != "]}") return std::nullopt;
  return posted;
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace usage::test
