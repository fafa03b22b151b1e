#include "roff.h"

namespace usage::docs {
namespace {

// groff_char(7) says how: these ASCII characters come out as others unless they are written so.
std::string escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.')) out += "\\&";
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '"':
        out += "\\(dq";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

ManPage::ManPage(std::string_view name, std::string_view date, std::string_view source) {
  line(".TH " + std::string(name) + " 1 " + std::string(date) + " \"" + std::string(source) + "\" \"User Commands\"");
  line(".nh");  // a variable's name with a hyphen in it cannot be searched for
}

void ManPage::line(const std::string& text) {
  text_ += text + "\n";
  after_heading_ = false;
}

void ManPage::section(std::string_view title) {
  line(".SH \"" + escaped(title) + "\"");
  after_heading_ = true;
}

void ManPage::subsection(std::string_view title) {
  line(".SS \"" + escaped(title) + "\"");
  after_heading_ = true;
}

void ManPage::paragraph(std::string_view text) {
  if (!after_heading_) line(".PP");
  line(escaped(text));
}

void ManPage::command(std::string_view text) {
  line(".RS 4");
  line(".nf");
  line(escaped(text));
  line(".fi");
  line(".RE");
}

void ManPage::term(std::string_view bold, std::string_view plain, std::string_view text) {
  line(".TP");
  line("\\fB" + escaped(bold) + "\\fR" + (plain.empty() ? "" : " \\fI" + escaped(plain) + "\\fR"));
  line(escaped(text));
}

void ManPage::name_line(std::string_view name, std::string_view summary) {
  line(std::string(name) + " \\- " + escaped(summary));
}

}  // namespace usage::docs
