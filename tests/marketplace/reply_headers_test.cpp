#include <doctest/doctest.h>

#include "usage/marketplace/judge.h"

using namespace usage;
using std::chrono::seconds;

namespace {
const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 10 / 31) + std::chrono::hours(12);
}

TEST_CASE("header_value finds the last field of a name in any letter case, trimmed") {
  const std::string_view headers =
      "HTTP/1.1 202 Accepted\r\nA: 1\r\nTwilio-Request-ID: \t RQ1 \r\na:2\r\nEmpty:\r\n\r\n";
  CHECK(header_value(headers, "twilio-request-id") == "RQ1");
  CHECK(header_value(headers, "A") == "2");
  CHECK(header_value(headers, "empty").empty());
  CHECK(header_value(headers, "Request-ID").empty());
  CHECK(header_value(headers, "HTTP/1.1 202 Accepted").empty());
}

TEST_CASE("header_value takes what is no header block as it is") {
  CHECK(header_value("", "A").empty());
  CHECK(header_value("\n\n\r\n:\nA", "A").empty());
  CHECK(header_value("A: 1", "A") == "1");
  CHECK(header_value("A: 1\nB: 3:4", "B") == "3:4");
  CHECK(header_value("A : 1\r\n A: 2\r\n", "A").empty());
}

TEST_CASE("Retry-After may be seconds or one of HTTP's dates") {
  CHECK(parse_retry_after("0", kNow) == seconds(0));
  CHECK(parse_retry_after(" 120 ", kNow) == seconds(120));
  CHECK(parse_retry_after("00007", kNow) == seconds(7));
  CHECK(parse_retry_after("Sat, 31 Oct 2026 12:00:30 GMT", kNow) == seconds(30));
  CHECK(parse_retry_after("Saturday, 31-Oct-26 12:01:00 GMT", kNow) == seconds(60));
  CHECK(parse_retry_after("Sat Oct 31 12:00:09 2026", kNow) == seconds(9));
}

TEST_CASE("a Retry-After in the past asks for no wait") {
  CHECK(parse_retry_after("Sat, 31 Oct 2026 11:59:30 GMT", kNow) == seconds(0));
}

TEST_CASE("an unreadable or negative Retry-After is none") {
  for (const std::string_view text :
       {"", " ", "-1", "+5", "1.5", "5s", "1e3", "0x10", "soon", "99999999999999999999999x", "12 34"}) {
    CAPTURE(text);
    CHECK(parse_retry_after(text, kNow) == std::nullopt);
  }
}

TEST_CASE("a Retry-After of more than a year is a year: whoever asks for long waits does not mean a short one") {
  for (const std::string_view text :
       {"31536000", "31536001", "999999999999", "9223372036854775808", "99999999999999999999999",
        "Sat, 31 Oct 2037 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
    CAPTURE(text);
    CHECK(parse_retry_after(text, kNow) == seconds(31536000));
  }
}
