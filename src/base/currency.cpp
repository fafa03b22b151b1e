#include "usage/base/currency.h"

#include <algorithm>

#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

std::size_t characters_in(std::string_view utf8) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins));
}

}  // namespace

bool is_possible_currency(std::string_view text) {
  return characters_in(text) <= kMaxCurrencyCharacters && is_clean_text(text);
}

std::string currency_name(std::string_view text) {
  std::string name(trim_unseen(text));
  for (char& c : name) c = ascii_upper(c);
  return name;
}

}  // namespace usage
