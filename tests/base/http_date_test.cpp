#include <doctest/doctest.h>

#include <string>

#include "usage/base/clock.h"

namespace {

using namespace std::chrono;
using usage::parse_http_date;
using usage::WallTime;

constexpr WallTime kNow = sys_days(2026y / October / 31) + 12h + 30min + 15s;
constexpr WallTime kExample = sys_days(1994y / November / 6) + 8h + 49min + 37s;  // RFC 9110's own

}  // namespace

TEST_CASE("all three forms of an HTTP date mean the same moment") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow) == kExample);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow) == kExample);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", kNow) == kExample);
  CHECK(parse_http_date("Wed Nov 16 08:49:37 1994", kNow) == kExample + days(10));
}

TEST_CASE("every month and day name is known, and a wrong day name does not matter") {
  CHECK(parse_http_date("Thu, 01 Jan 2026 00:00:00 GMT", kNow) == sys_days(2026y / January / 1));
  CHECK(parse_http_date("Mon, 28 Feb 2028 01:02:03 GMT", kNow) == sys_days(2028y / February / 28) + 1h + 2min + 3s);
  CHECK(parse_http_date("Tue, 29 Feb 2028 00:00:00 GMT", kNow) == sys_days(2028y / February / 29));
  CHECK(parse_http_date("Sat, 05 Mar 2033 04:05:06 GMT", kNow) == sys_days(2033y / March / 5) + 4h + 5min + 6s);
  CHECK(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT", kNow) == sys_days(9999y / December / 31) + 23h + 59min + 59s);
  CHECK(parse_http_date("Wednesday, 30-Sep-26 23:00:00 GMT", kNow) == sys_days(2026y / September / 30) + 23h);
  CHECK(parse_http_date("Mon, 06 Nov 1994 08:49:37 GMT", kNow) == kExample);
}

TEST_CASE("a leap second is the first moment of the next minute") {
  CHECK(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow) == sys_days(2017y / January / 1));
}

TEST_CASE("two digits of a year never lie more than 50 years ahead") {
  CHECK(parse_http_date("Saturday, 31-Oct-76 12:30:15 GMT", kNow) ==
        sys_days(2076y / October / 31) + 12h + 30min + 15s);
  CHECK(parse_http_date("Saturday, 31-Oct-76 12:30:16 GMT", kNow) ==
        sys_days(1976y / October / 31) + 12h + 30min + 16s);
  CHECK(parse_http_date("Sunday, 01-Jan-77 00:00:00 GMT", kNow) == sys_days(1977y / January / 1));
  CHECK(parse_http_date("Friday, 01-Jan-27 00:00:00 GMT", kNow) == sys_days(2027y / January / 1));
  // Near the end of a century the next one is meant.
  const WallTime in_2099 = sys_days(2099y / December / 31) + 23h;
  CHECK(parse_http_date("Friday, 01-Jan-00 00:00:30 GMT", in_2099) == sys_days(2100y / January / 1) + 30s);
  CHECK(parse_http_date("Thursday, 31-Dec-99 23:00:30 GMT", in_2099) == in_2099 + 30s);
}

TEST_CASE("what is no HTTP date gives nothing") {
  for (const char* text : {"",
                           "60",
                           "Sun",
                           "Sun, ",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Sun, 29 Feb 2026 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sunday, 99-Nov-94 08:49:37 GMT",
                           "Sund, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov 006 08:49:37 1994",
                           "Sun Nov   6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Xyz, 06 Nov 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text, kNow));
  }
}

TEST_CASE("cut at any byte, a date is no date") {
  for (const std::string text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      CHECK_FALSE(parse_http_date(std::string_view(text).substr(0, length), kNow));
    }
  }
}
