#include "usage/base/html_writer.h"

#include <doctest/doctest.h>

#include <functional>
#include <type_traits>

#include "support/temp_folder.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string written(const std::function<void(HtmlWriter&)>& write) {
  const TempFolder temp;
  AtomicFile file(temp.path() / "page.html");
  HtmlWriter html(file);
  write(html);
  file.commit();
  return read_file(temp.path() / "page.html", 1 << 20);
}

std::string text_of(std::string_view text) {
  return written([&](HtmlWriter& html) { html.text(text); });
}

}  // namespace

TEST_CASE("markup is taken from literals alone") {
  static_assert(!std::is_constructible_v<Markup, std::string>);
  static_assert(!std::is_constructible_v<Markup, std::string_view>);
  static_assert(!std::is_constructible_v<Markup, const char*>);
  CHECK(written([](HtmlWriter& html) { html.markup("<p>").text("a").markup("</p>"); }) == "<p>a</p>");
}

TEST_CASE("no text ends or begins an element, an attribute or an entity") {
  CHECK(text_of("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;");
  CHECK(text_of("\"><img src=x onerror='x()'>") == "&quot;&gt;&lt;img src=x onerror=&#39;x()&#39;&gt;");
  CHECK(text_of("</style>&lt;b") == "&lt;/style&gt;&amp;lt;b");
  CHECK(text_of("javascript:alert(1)") == "javascript:alert(1)");
  CHECK(written([](HtmlWriter& html) { html.markup("<i").attribute("title", "\"><b>'").markup(">"); }) ==
        "<i title=\"&quot;&gt;&lt;b&gt;&#39;\">");
}

TEST_CASE("what a screen obeys or does not show becomes a question mark") {
  CHECK(text_of(std::string_view("a\0b", 3)) == "a?b");
  CHECK(text_of("1\xE2\x80\xAE"
                "2\xE2\x81\xA6"
                "3\xEF\xBB\xBF") == "1?2?3?");
  CHECK(text_of("\x1b[2J\r\n\t\xC2\x9B\xFF<") == "?[2J?????&lt;");
}

TEST_CASE("a text is cut to its length before it is escaped, so that no entity is cut") {
  CHECK(written([](HtmlWriter& html) { html.text("<<<<<<<<", 6); }) == "&lt;&lt;&lt;...");
}
