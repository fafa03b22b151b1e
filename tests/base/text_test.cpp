#include "usage/base/text.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

using namespace std::string_literals;
using usage::clean_cell;
using usage::clean_text;
using usage::is_valid_utf8;

TEST_CASE("text in any script is valid UTF-8 and passes unchanged") {
  for (const std::string text :
       {"", "plain", "Z\u00FCrich \u20AC5", "\u6771\u4EAC", "\U0001F600", "\u05D0\u0627", "e\u0301"}) {
    CHECK(is_valid_utf8(text));
    CHECK(clean_text(text) == text);
  }
}

TEST_CASE("UTF-8 that is cut, overlong, a surrogate or too large is invalid") {
  for (const std::string& text :
       {"\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xC3"s, "\xC3("s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s, "\xE2\x82"s,
        "\xE2\x28\xA1"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s, "\xF0\x80\x80\x80"s, "\xF0\x8F\xBF\xBF"s, "\xF0\x9F\x98"s,
        "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFE"s, "\xFF"s}) {
    CAPTURE(text);
    CHECK_FALSE(is_valid_utf8(text));
    CHECK_FALSE(is_valid_utf8("a" + text));
    CHECK_FALSE(is_valid_utf8(text + "a"));
    CHECK(clean_text(text).find('?') == 0);
  }
  CHECK(is_valid_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80"));
}

TEST_CASE("what a screen would obey, or hide, becomes a question mark") {
  CHECK(clean_text("a\x1B[31mb") == "a?[31mb");
  CHECK(clean_text("a\0b"s) == "a?b");
  CHECK(clean_text("a\r\n\tb\x7F") == "a???b?");
  CHECK(clean_text("a\u0080b\u0085c\u009Bd") == "a?b?c?d");
  for (const std::string hidden :
       {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069", "\u200E", "\u200F",
        "\u200B", "\u200C", "\u200D", "\uFEFF", "\u2028", "\u2029", "\u061C", "\u2060"}) {
    CHECK(clean_text("<" + hidden + ">") == "<?>");
  }
  CHECK(clean_text("\u00A0\u2010\u2030\u2070") == "\u00A0\u2010\u2030\u2070");  // their neighbours stay
  CHECK(clean_text("ok\xE2\x82") == "ok??");
}

TEST_CASE("long text is cut on a character border and says so") {
  CHECK(clean_text("abcdefghij", 10) == "abcdefghij");
  CHECK(clean_text("abcdefghijk", 10) == "abcdefg...");
  CHECK(clean_text("\u20AC\u20AC\u20AC\u20AC", 11) == "\u20AC\u20AC...");
  CHECK(clean_text("\u20AC\u20AC\u20AC\u20AC", 12) == "\u20AC\u20AC\u20AC\u20AC");
  CHECK(clean_text("abcdef", 3) == "...");
  CHECK(clean_text("abcdef", 2) == "..");
  CHECK(clean_text("abcdef", 0) == "");
  CHECK(clean_text("", 0) == "");
  CHECK(clean_text(std::string(501, 'x')) == std::string(497, 'x') + "...");
}

TEST_CASE(
    "random bytes come out clean: valid, short enough, without control characters, and unchanged by another cleaning") {
  const auto seed = usage::test::test_seed("clean text");
  std::mt19937_64 random(seed);
  // Bytes that begin or continue multi-byte characters, above all those of the ones to be cleaned.
  const std::string alphabet = "a=-\x1B\x7F\x80\x8B\x8E\xA8\xAE\xBF\xC2\xE2\xED\xEF\xBB\xF0\x9F\x98\xFF";
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::size_t left = random() % 12; left > 0; --left) text += alphabet[random() % alphabet.size()];
    const std::size_t most = random() % 14;
    CAPTURE(seed);
    CAPTURE(text);
    CAPTURE(most);
    std::string kept;
    REQUIRE(clean_text(text, most, kept) == clean_text(text, most));
    REQUIRE(clean_cell(text, most, kept) == clean_cell(text, most));
    for (const std::string& clean : {clean_text(text, most), clean_cell(text, most)}) {
      REQUIRE(is_valid_utf8(clean));
      REQUIRE(clean.size() <= most);
      REQUIRE(clean_text(clean, most) == clean);
      REQUIRE(clean.find('\x1B') == std::string::npos);
      REQUIRE(clean.find('\x7F') == std::string::npos);
    }
  }
}

TEST_CASE("a cell never begins a formula") {
  CHECK(clean_cell("=1+1") == "'=1+1");
  CHECK(clean_cell("+49 30") == "'+49 30");
  CHECK(clean_cell("-5") == "'-5");
  CHECK(clean_cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(clean_cell("  =1+1") == "'  =1+1");
  CHECK(clean_cell("\t=1+1") == "?=1+1");
  CHECK(clean_cell("a=1") == "a=1");
  CHECK(clean_cell("") == "");
  CHECK(clean_cell("=abcdefghij", 8) == "'=abc...");
  CHECK(clean_cell("\uFF1D1+1") == "'\uFF1D1+1");
  CHECK(clean_cell("\"=1+1\"") == "'\"=1+1\"");
}

TEST_CASE("nor does a part of it, where a spreadsheet takes another delimiter") {
  CHECK(clean_cell("no;=1+1;@A1|-2,  +3") == "no;'=1+1;'@A1|'-2,'  +3");
  CHECK(clean_cell("no; \"=1+1\"") == "no;' \"=1+1\"");
  CHECK(clean_cell("no, yes; a=1|b-2") == "no, yes; a=1|b-2");
  CHECK(clean_cell("ab;=cdefghij", 8) == "ab;'=...");
  std::string kept;
  CHECK(clean_cell("no;=1+1", 100, kept) == "no;'=1+1");
}

TEST_CASE("letters are lowered in ASCII only, whatever the locale") {
  CHECK(usage::ascii_lower("InstalledAddOnSid_[@Z]") == "installedaddonsid_[@z]");
  CHECK(usage::ascii_lower("\u00C4") == "\u00C4");
  CHECK(usage::ascii_equal_ignoring_case("Retry-After", "rETRY-aFTER"));
  CHECK_FALSE(usage::ascii_equal_ignoring_case("Retry", "Retry-"));
  CHECK_FALSE(usage::ascii_equal_ignoring_case("a@", "a`"));
}

TEST_CASE("blanks at the ends are trimmed, others stay") {
  CHECK(usage::trim_blanks(" \t a b\t ") == "a b");
  CHECK(usage::trim_blanks("ab") == "ab");
  CHECK(usage::trim_blanks(" \t ") == "");
  CHECK(usage::trim_blanks("") == "");
  CHECK(usage::trim_blanks("\na\r") == "\na\r");
  CHECK(usage::trim_blanks("\u00A0a") == "\u00A0a");
}

TEST_CASE("counts have their noun and group thousands") {
  CHECK(usage::count_of(0, "row", "rows") == "0 rows");
  CHECK(usage::count_of(1, "row", "rows") == "1 row");
  CHECK(usage::count_of(2, "entry", "entries") == "2 entries");
  CHECK(usage::count_of(999, "row", "rows") == "999 rows");
  CHECK(usage::count_of(1000, "row", "rows") == "1,000 rows");
  CHECK(usage::count_of(12345678, "row", "rows") == "12,345,678 rows");
}

TEST_CASE("a word for a shell is quoted only where it needs to be") {
  CHECK(usage::shell_word("usage-2026.10_x/y.csv") == "usage-2026.10_x/y.csv");
  CHECK(usage::shell_path("-o x.csv") == "'./-o x.csv'");
  CHECK(usage::shell_path("-") == "-");
  CHECK(usage::shell_path("a-o.csv") == "a-o.csv");
  CHECK(usage::shell_word("") == "''");
  CHECK(usage::shell_word("a b") == "'a b'");
  CHECK(usage::shell_word("it's") == "'it'\\''s'");
  CHECK(usage::shell_word("$(rm)") == "'$(rm)'");
  CHECK(usage::shell_word("~root") == "'~root'");
  CHECK(usage::shell_word("a=b") == "'a=b'");
  CHECK(usage::shell_word("Z\u00FCrich") == "'Z\u00FCrich'");
  CHECK(usage::shell_word("it's\x1b[2J\\") == R"($'it\'s\033[2J\\')");
  CHECK(usage::shell_word("a\u202E1") == R"($'a\342\200\2561')");
}
