#include "report_amounts.h"

#include <algorithm>

#include "usage/base/readable.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr std::string_view kFigureSpace = "\xE2\x80\x87";  // as wide as a digit

std::size_t decimals_of(const std::string& text) {
  const std::size_t point = text.find('.');
  return point == std::string::npos ? 0 : text.size() - point - 1;
}

}  // namespace

Amount amount_or_zero(std::string_view text) {
  return readable(Amount::parse(text)).value_or(Amount());
}

void DecimalColumn::see(const Amount& amount) {
  decimals_ = std::max(decimals_, decimals_of(amount.text()));
}

void DecimalColumn::cell(HtmlWriter& html, const Amount& amount) const {
  std::string pad;
  for (std::size_t n = decimals_of(amount.text()); n < decimals_; ++n) pad += kFigureSpace;
  html.markup("<td class=\"n amount\"");
  if (!pad.empty()) html.attribute("data-pad", pad);
  html.markup(">");
  write_amount(html, amount);
  html.markup("</td>");
}

void write_amount(HtmlWriter& html, const Amount& amount) {
  const std::string text = amount.text();
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t first = sign + (point - sign + 2) % 3 + 1;  // end of the first group of 1 to 3
  html.text(text.substr(0, std::min(first, point)));
  for (std::size_t at = first; at < point; at += 3)
    html.markup("<span class=\"g\">").text(text.substr(at, 3)).markup("</span>");
  html.text(text.substr(point));
}

unsigned per_mille(const Amount& part, const Amount& whole) {
  constexpr Int128 kMany = 1'000'000'000'000;
  Int128 p = part.units();
  Int128 w = whole.units();
  if (p <= 0 || w <= 0) return 0;
  while (p > kMany * kMany) {
    p /= 10;
    w /= 10;
  }
  if (w == 0) return 1000;
  return std::clamp(static_cast<unsigned>((p * 1000 + w / 2) / w), 1U, part < whole ? 999U : 1000U);
}

std::string percent_text(const Amount& part, const Amount& whole) {
  const unsigned per_mille = usage::per_mille(part, whole);
  if (per_mille == 1 && part.units() < whole.units() / 1000) return "under 0.1 %";
  return std::to_string(per_mille / 10) + "." + std::to_string(per_mille % 10) + " %";
}

void write_bar_cell(HtmlWriter& html, std::string_view kind, unsigned per_mille) {
  html.markup("<td class=\"bar\"><svg aria-hidden=\"true\" focusable=\"false\" width=\"100%\" height=\"10\">");
  html.markup("<rect class=\"track\" width=\"100%\" height=\"10\"/><rect").attribute("class", kind);
  html.attribute("width", std::to_string(per_mille / 10) + "." + std::to_string(per_mille % 10) + "%");
  html.markup(" height=\"10\"/></svg></td>");
}

}  // namespace usage
