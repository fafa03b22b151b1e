#include "../../src/cli/moved_cells.h"

#include <doctest/doctest.h>

namespace usage::test {
namespace {

std::string sid(const std::string& prefix, char digit) {
  return prefix + std::string(32, digit);
}

RowRecord charge(const std::string& installation, const std::string& billing_sid) {
  RowRecord row;
  row.installation = installation;
  row.billing_sid = billing_sid;
  return row;
}

TEST_CASE("a row whose cells hold the charge's SIDs, or none at all, is where it belongs") {
  const RowRecord row = charge(sid("XE", 'a'), sid("BI", '1'));
  CHECK(!why_moved({"R-1", sid("XE", 'a'), sid("BI", '1')}, row));
  CHECK(!why_moved({"R-1", sid("XE", 'A'), "x"}, row));
  CHECK(!why_moved({"R-1", "customer 7", "item 9"}, row));
  CHECK(!why_moved({sid("XE", 'b'), sid("XE", 'a'), sid("BI", '2'), sid("BI", '1')}, row));  // an export's other SIDs
  CHECK(!why_moved({"see " + sid("XE", 'b')}, row));
  CHECK(!why_moved({sid("XE", 'a'), "seats", sid("BI", '2')}, charge(sid("XE", 'a'), "seats")));
}

TEST_CASE("a row whose cells hold other SIDs only was moved against its usage_row") {
  const RowRecord row = charge(sid("XE", 'a'), sid("BI", '1'));
  const auto installation = why_moved({"R-1", sid("XE", 'b'), sid("BI", '1')}, row);
  REQUIRE(installation);
  CHECK(*installation == "its cells hold the installation SID " + sid("XE", 'b') +
                             ", but its usage_row names a charge of " + sid("XE", 'a'));
  const auto billing_sid = why_moved({"R-1", sid("XE", 'a'), sid("BI", '2')}, row);
  REQUIRE(billing_sid);
  CHECK(billing_sid->find(sid("BI", '2')) < billing_sid->find(sid("BI", '1')));
  CHECK(why_moved({sid("BI", '2')}, charge(sid("XE", 'a'), "seats")));
}

}  // namespace
}  // namespace usage::test
