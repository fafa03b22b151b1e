#include "usage/base/sid.h"

#include <doctest/doctest.h>

#include <string>

namespace {

const std::string kHex = "0123456789abcdefABCDEF0123456789";

}  // namespace

TEST_CASE("an installation SID is XE and 32 hex digits, to the letter") {
  CHECK(usage::is_installation_sid("XE" + kHex));
  CHECK_FALSE(usage::is_installation_sid(""));
  CHECK_FALSE(usage::is_installation_sid("XE"));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex + "0"));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex.substr(1)));
  CHECK_FALSE(usage::is_installation_sid("xe" + kHex));
  CHECK_FALSE(usage::is_installation_sid("Xe" + kHex));
  CHECK_FALSE(usage::is_installation_sid("BI" + kHex));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex.substr(1) + "g"));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex.substr(1) + " "));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex.substr(1) + std::string(1, '\0')));
  CHECK_FALSE(usage::is_installation_sid("XE" + kHex + "\n"));
}

TEST_CASE("a usual billing SID is BI and 32 hex digits") {
  CHECK(usage::is_usual_billing_sid("BI" + kHex));
  CHECK_FALSE(usage::is_usual_billing_sid("bi" + kHex));
  CHECK_FALSE(usage::is_usual_billing_sid("XE" + kHex));
  CHECK_FALSE(usage::is_usual_billing_sid("BI" + kHex.substr(2)));
}

TEST_CASE("any 1 to 256 printable ASCII characters without spaces can be a billing SID") {
  CHECK(usage::is_possible_billing_sid("x"));
  CHECK(usage::is_possible_billing_sid("!monthly/fee~"));
  CHECK(usage::is_possible_billing_sid(std::string(256, 'b')));
  CHECK_FALSE(usage::is_possible_billing_sid(std::string(257, 'b')));
  CHECK_FALSE(usage::is_possible_billing_sid(""));
  CHECK_FALSE(usage::is_possible_billing_sid("BI 1"));
  CHECK_FALSE(usage::is_possible_billing_sid("BI1\t"));
  CHECK_FALSE(usage::is_possible_billing_sid("BI1\x7F"));
  CHECK_FALSE(usage::is_possible_billing_sid("BI\u00E9"));
  CHECK_FALSE(usage::is_possible_billing_sid(std::string("BI\0", 3)));
}

TEST_CASE("SIDs that differ in the case of hex digits only have one key") {
  CHECK(usage::sid_key("XE" + kHex) == "XE0123456789abcdefabcdef0123456789");
  CHECK(usage::sid_key("BI" + kHex) == "BI0123456789abcdefabcdef0123456789");
  CHECK(usage::sid_key("XE" + kHex) != usage::sid_key("BI" + kHex));
}

TEST_CASE("a billing SID of unusual form is its own key, letter by letter") {
  CHECK(usage::sid_key("MonthlyFee") == "MonthlyFee");
  CHECK(usage::sid_key("bi" + kHex) == usage::sid_key("BI" + kHex));
  CHECK(usage::sid_key("bi1") == "bi1");
  CHECK(usage::sid_key("xe" + kHex) == "xe" + kHex);
  CHECK(usage::sid_key("") == "");
}

TEST_CASE("a packed SID comes back letter by letter, and spellings differ in their capitals alone") {
  const std::string lower = "XE0123456789abcdef0123456789abcdef";
  const std::string mixed = "XE0123456789AbCdEf0123456789abcdeF";
  const auto packed = usage::pack_sid(lower, "XE");
  const auto other = usage::pack_sid(mixed, "XE");
  REQUIRE(packed);
  REQUIRE(other);
  CHECK(usage::unpack_sid(*packed, "XE") == lower);
  CHECK(usage::unpack_sid(*other, "XE") == mixed);
  CHECK(packed->high == other->high);
  CHECK(packed->low == other->low);
  CHECK(packed->capitals == 0);
  CHECK(other->capitals != 0);
}

TEST_CASE("what is no prefix and 32 hex digits is not packed, whatever byte stands anywhere in it") {
  CHECK(!usage::pack_sid("BI" + kHex, "XE"));
  CHECK(!usage::pack_sid("XE" + kHex + "0", "XE"));
  CHECK(!usage::pack_sid("XE", "XE"));
  for (std::size_t at = 0; at < 32; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string sid = "XE" + kHex;
      sid[2 + at] = static_cast<char>(byte);
      const auto packed = usage::pack_sid(sid, "XE");
      REQUIRE(packed.has_value() == usage::is_installation_sid(sid));
      if (packed) REQUIRE(usage::unpack_sid(*packed, "XE") == sid);
    }
  }
}
