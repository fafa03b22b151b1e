// Exact amounts on a page: their text is what the other files have, digit for digit; only how it is set differs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "usage/base/decimal.h"
#include "usage/base/html_writer.h"

namespace usage {

// 0 where the text is no amount.
Amount amount_or_zero(std::string_view text);

// Digits of one column stand below each other: how many decimals its longest amount has.
class DecimalColumn {
 public:
  void see(const Amount& amount);
  void cell(HtmlWriter& html, const Amount& amount) const;  // a td

 private:
  std::size_t decimals_ = 0;
};

// The digits before the point a little apart in threes.
void write_amount(HtmlWriter& html, const Amount& amount);

// Of 1000, at least 1 where the part is more than 0, and 1000 only where it is all; 0 where there is no part or whole.
unsigned per_mille(const Amount& part, const Amount& whole);
std::string percent_text(const Amount& part, const Amount& whole);  // "12.3 %"

// A td with a bar; the number that it shows stands beside it. `kind` is a class that report_style.h colours.
void write_bar_cell(HtmlWriter& html, std::string_view kind, unsigned per_mille);

}  // namespace usage
