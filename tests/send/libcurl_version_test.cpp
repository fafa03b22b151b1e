#include "usage/send/libcurl_version.h"

#include <doctest/doctest.h>

#include "usage/base/error.h"

namespace usage::test {
namespace {

TEST_CASE("a libcurl that is too old, or that says no version, is refused") {
  for (const char* old : {"7.84.0", "7.84.99", "7.9.8", "6.99.99", "7.80.0", "", "unknown", "8", "8.1"}) {
    CAPTURE(old);
    CHECK_THROWS_AS(require_libcurl(old), UsageError);
  }
}

TEST_CASE("versions are compared by number, and may carry a suffix") {
  for (const char* good : {"7.85.0", "7.88.1", "7.88.1-DEV", "7.100.0", "8.0.0", "10.0.0"}) {
    CAPTURE(good);
    CHECK_NOTHROW(require_libcurl(good));
  }
}

TEST_CASE("the refusal names both versions and a remedy") {
  try {
    require_libcurl("7.74.0");
    FAIL("not refused");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find("7.74.0") != std::string::npos);
    CHECK(error.remedy().find(std::string(kOldestLibcurl)) != std::string::npos);
    CHECK(error.status() == ExitStatus::kUsage);
  }
}

TEST_CASE("versions that are known to be bad are told, their neighbours are not") {
  for (const char* bad : {"8.0.0", "8.11.1"}) CHECK_MESSAGE(known_fault_of_libcurl(bad), bad);
  for (const char* good : {"7.88.1", "8.0.1", "8.11.0", "8.11.10", "8.12.0", ""})
    CHECK_MESSAGE(!known_fault_of_libcurl(good), good);
}

}  // namespace
}  // namespace usage::test
