#include <doctest/doctest.h>

#include <string>

#include "usage/base/clock.h"

namespace {

using namespace std::chrono;
using usage::duration_text;
using usage::parse_duration;

}  // namespace

TEST_CASE("a duration is in seconds, or carries ms, s or m") {
  CHECK(parse_duration("60") == 60s);
  CHECK(parse_duration("0.5") == 500ms);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("15m") == 15min);
  CHECK(parse_duration("0.25m") == 15s);
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("0.001ms") == 1us);
  CHECK(parse_duration("007") == 7s);
  CHECK(parse_duration("2.000000000") == 2s);
}

TEST_CASE("a duration is at most a year") {
  CHECK(parse_duration("31536000") == 8760h);
  CHECK(parse_duration("525600m") == 8760h);
  CHECK_FALSE(parse_duration("31536000.000001"));
  CHECK_FALSE(parse_duration("525601m"));
  CHECK_FALSE(parse_duration("999999999999999999999999"));
  CHECK_FALSE(parse_duration("9999999999999999999999m"));
  CHECK_FALSE(parse_duration(std::string(5000, '9')));
}

TEST_CASE("what is finer than a microsecond is refused rather than rounded to 0") {
  CHECK(parse_duration("0.000001") == 1us);
  CHECK_FALSE(parse_duration("0.0000001"));
  CHECK_FALSE(parse_duration("0.0001ms"));
}

TEST_CASE("what is no duration gives nothing") {
  for (const char* text : {"",   "s",   "ms",  "-1",   "+1",    "1 s",  " 1",  "1 ",   "1h",  "1S",  "1MS",     ".5",
                           "5.", "1,5", "1e3", "0x10", "1.2.3", "1ms2", "1sm", "1mms", "inf", "nan", "\xD9\xA3"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK_FALSE(parse_duration(std::string_view("1\0", 2)));
}

TEST_CASE("a duration reads well at every size") {
  CHECK(duration_text(0s) == "0 s");
  CHECK(duration_text(999us) == "under 1 ms");
  CHECK(duration_text(1ms) == "1 ms");
  CHECK(duration_text(500ms) == "500 ms");
  CHECK(duration_text(1s) == "1 s");
  CHECK(duration_text(1500ms) == "1.5 s");
  CHECK(duration_text(9999ms) == "9.9 s");
  CHECK(duration_text(12s + 700ms) == "12 s");
  CHECK(duration_text(59999ms) == "59 s");
  CHECK(duration_text(60s) == "1 min");
  CHECK(duration_text(15min + 3s) == "15 min 3 s");
  CHECK(duration_text(59min + 59s) == "59 min 59 s");
  CHECK(duration_text(2h + 5min + 59s) == "2 h 5 min");
  CHECK(duration_text(26h) == "26 h");
  CHECK(duration_text(-1500ms) == "-1.5 s");
}
