#include "usage/cli/charge_list.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>

#include "usage/base/error.h"

namespace usage::test {
namespace {

RowRecord charge(unsigned line, RowStatus status) {
  RowRecord row;
  row.place.line = line;
  row.installation = "XE" + std::to_string(line);
  row.billing_sid = "BI" + std::to_string(line + 500);
  row.quantity = std::to_string(line) + ".25";
  row.currency = "EUR";
  row.status = status;
  row.reason = "why " + std::to_string(line);
  row.usage_row = "R-1-" + std::to_string(line);
  return row;
}

TEST_CASE("only charges that wait are listed, the first hundred of them, and the others counted") {
  WaitingCharges list;
  CHECK(list.text("all of it").empty());
  list.add(charge(3, RowStatus::kSubmitted), "2026-10-1");
  CHECK(list.text("all of it").empty());
  for (unsigned i = 1; i <= 100; ++i)
    list.add(charge(i, i % 2 == 0 ? RowStatus::kUnknown : RowStatus::kFailed), "2026-10-4");
  CHECK(list.text("all of it").find("more") == std::string::npos);
  for (unsigned i = 101; i <= 103; ++i) list.add(charge(i, RowStatus::kNotSent), "2026-10-4");
  const std::string text = list.text("all of it");
  CHECK(text.find("  2026-10-4, line 2: XE2  BI502  2.25 EUR  unknown: why 2\n") != std::string::npos);
  RowRecord sent = charge(9, RowStatus::kUnknown);
  sent.request = 17;
  WaitingCharges other;
  other.add(sent, "2026-10-4:may.csv");
  CHECK(other.text("").find("unknown: why 9; see show 2026-10-4 --request 17\n") != std::string::npos);
  CHECK(text.find("line 100:") != std::string::npos);
  CHECK(text.find("line 101:") == std::string::npos);
  CHECK(text.find("... and 3 more; all of them: all of it\n") != std::string::npos);
}

TEST_CASE("what is in doubt is listed before what was not billed, and what a run is still to send comes last") {
  WaitingCharges list;
  for (unsigned i = 1; i <= 100; ++i) list.add(charge(i, RowStatus::kNotSent), "2026-10-4");
  list.add(charge(101, RowStatus::kNotSubmitted), "2026-10-4");
  list.add(charge(102, RowStatus::kUnknown), "2026-10-4");
  list.add(charge(103, RowStatus::kFailed), "2026-10-4");
  const std::string text = list.text("all of it");
  const auto place = [&](unsigned line) { return text.find(" line " + std::to_string(line) + ":"); };
  CHECK(place(102) < place(101));
  CHECK(place(101) < place(103));
  CHECK(place(103) < place(1));
  CHECK(place(97) != std::string::npos);
  CHECK(place(98) == std::string::npos);
  CHECK(text.find("... and 3 more") != std::string::npos);
}

TEST_CASE("every charge comes back from the spool as an object of its own") {
  ChargeSpool spool;
  RowRecord settled = charge(8, RowStatus::kNotSubmitted);
  settled.settled_by = "Ada \"A\"";
  spool.add(charge(7, RowStatus::kSubmitted), "2026-10-1");
  spool.add(settled, "2026-10-2");
  std::ostringstream out;
  spool.copy_to(out);
  const std::string text = out.str();
  CHECK(text.find(
            R"({"run":"2026-10-1","line":7,"installed_add_on_sid":"XE7","billing_sid":"BI507","quantity":"7.25")") !=
        std::string::npos);
  CHECK(text.find(R"("settled_by":"Ada \"A\"")") != std::string::npos);
  CHECK(text.find("},\n    {\"run\":\"2026-10-2\",\"line\":8,") != std::string::npos);
}

TEST_CASE("more charges than are kept in memory come out whole and in order") {
  ChargeSpool spool;
  for (unsigned i = 1; i <= 1000; ++i) spool.add(charge(i, RowStatus::kFailed), "2026-10-4");
  std::ostringstream out;
  spool.copy_to(out);
  const std::string text = out.str();
  CHECK(text.size() > 3 * 65536);
  std::size_t at = 0;
  for (unsigned i = 1; i <= 1000; ++i) {
    at = text.find("\"R-1-" + std::to_string(i) + "\"", at);
    REQUIRE(at != std::string::npos);
  }
  CHECK(text.ends_with("}"));
}

TEST_CASE("where there is no room for a temporary file, that is said with what to do") {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/dev/null/none", 1);
  std::string name;
  try {
    const ChargeSpool spool;
  } catch (const UsageError& error) {
    name = error.name();
    CHECK(error.remedy().find("TMPDIR") != std::string::npos);
  }
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  CHECK(name == "temporary-file");
}

}  // namespace
}  // namespace usage::test
