// Which libcurl this program may send with. The library in use counts, not the one that it was built with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace usage {

// Below it libcurl lacks what keeps a request from being sent twice (CURLOPT_PREREQFUNCTION is of 7.80) and from going
// anywhere but to http and https (CURLOPT_PROTOCOLS_STR is of 7.85).
inline constexpr std::string_view kOldestLibcurl = "7.85.0";

// UsageError (exit 2) below kOldestLibcurl, or where `version` is none. Versions are compared by number.
void require_libcurl(std::string_view version);

// What is known against this version for a program that posts with curl_multi, with its source. A distribution may
// have mended it without another number, so it is a warning.
std::optional<std::string> known_fault_of_libcurl(std::string_view version);

}  // namespace usage
