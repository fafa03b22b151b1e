// Writes HTML. Text from outside cannot become markup by forgetting: markup is taken from literals alone, and all else
// goes through text() or attribute().
#pragma once

#include <string>
#include <string_view>

#include "usage/base/file.h"

namespace usage {

// A piece of markup that stands in the source code as it is.
class Markup {
 public:
  template <std::size_t N>
  consteval Markup(const char (&literal)[N]) : text_(literal, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class HtmlWriter {
 public:
  explicit HtmlWriter(AtomicFile& file) : file_(file) {}
  HtmlWriter& markup(Markup markup);
  // Cleaned as clean_text does, then < > & " ' escaped.
  HtmlWriter& text(std::string_view text, std::size_t max_bytes = kMaxText);
  // ` name="value"` of a start tag that is still open; not for names whose value is code or an address.
  HtmlWriter& attribute(Markup name, std::string_view value);

 private:
  static constexpr std::size_t kMaxText = 2000;
  AtomicFile& file_;
  std::string kept_;
  std::string escaped_;
};

}  // namespace usage
