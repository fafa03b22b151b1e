// A manual page in man(7)'s macros. Texts are plain; nothing in them can become an escape, nor a macro as
// long as they hold no line break.
#pragma once

#include <string>
#include <string_view>

namespace usage::docs {

class ManPage {
 public:
  // `date` is YYYY-MM-DD; `source` stands in the page's foot.
  ManPage(std::string_view name, std::string_view date, std::string_view source);
  void section(std::string_view title);
  void subsection(std::string_view title);
  void paragraph(std::string_view text);
  void command(std::string_view text);                                              // a line as one types it, set apart
  void term(std::string_view bold, std::string_view plain, std::string_view text);  // "--rate" "R" "requests a second"
  void name_line(std::string_view name, std::string_view summary);                  // what apropos reads
  const std::string& text() const { return text_; }

 private:
  void line(const std::string& text);
  std::string text_;
  bool after_heading_ = false;  // where a paragraph needs no mark of its own
};

}  // namespace usage::docs
