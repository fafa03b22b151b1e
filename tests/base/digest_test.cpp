#include "usage/base/digest.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

TEST_CASE("SHA-256 gives the published values") {
  // FIPS 180-4 examples, and the empty text.
  CHECK(usage::Sha256().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  usage::Sha256 abc;
  abc.add("abc");
  CHECK(abc.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a digest depends on the bytes alone, not on how they came in") {
  usage::Sha256 pieces;
  usage::Sha256 whole;
  const std::string text("one\0two\xFF three", 14);
  for (char c : text) pieces.add(std::string_view(&c, 1));
  pieces.add("");
  whole.add(text);
  const std::string hex = whole.hex();
  CHECK(pieces.hex() == hex);
  usage::Sha256 other;
  other.add(text + "!");
  CHECK(other.hex() != hex);
}

TEST_CASE("random hex has two digits a byte and does not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string hex = usage::random_hex(8);
    CHECK(hex.size() == 16);
    CHECK(hex.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(seen.insert(hex).second);
  }
  CHECK(usage::random_hex(0).empty());
  CHECK(usage::random_seed() != usage::random_seed());
}

TEST_CASE("base64 is that of RFC 4648, section 10") {
  CHECK(usage::base64("").empty());
  CHECK(usage::base64("f") == "Zg==");
  CHECK(usage::base64("fo") == "Zm8=");
  CHECK(usage::base64("foo") == "Zm9v");
  CHECK(usage::base64("foobar") == "Zm9vYmFy");
}
