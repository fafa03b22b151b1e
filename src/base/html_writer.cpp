#include "usage/base/html_writer.h"

#include "usage/base/text.h"

namespace usage {
namespace {

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

}  // namespace

HtmlWriter& HtmlWriter::markup(Markup markup) {
  file_.write(markup.text());
  return *this;
}

HtmlWriter& HtmlWriter::text(std::string_view text, std::size_t max_bytes) {
  escaped_.clear();
  for (const char c : clean_text(text, max_bytes, kept_)) {
    const std::string_view entity = entity_of(c);
    if (entity.empty())
      escaped_ += c;
    else
      escaped_ += entity;
  }
  file_.write(escaped_);
  return *this;
}

HtmlWriter& HtmlWriter::attribute(Markup name, std::string_view value) {
  return markup(" ").markup(name).markup("=\"").text(value).markup("\"");
}

}  // namespace usage
