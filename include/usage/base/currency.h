// What a cell, an option or a constant may name as the currency of an amount. It is the vendor's own word: the endpoint
// knows none, and no list of codes is asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace usage {

inline constexpr std::size_t kMaxCurrencyCharacters = 16;

// At most so many characters, and nothing in it that a screen would obey or hide; the empty text is none, and passes.
bool is_possible_currency(std::string_view text);

// As totals are kept by it: without blanks and no-break spaces at both ends, ASCII letters in capitals. "usd " is USD.
std::string currency_name(std::string_view text);

}  // namespace usage
