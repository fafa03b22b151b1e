#include "usage/send/libcurl_version.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "usage/base/error.h"
#include "usage/base/text.h"

namespace usage {
namespace {

using Version = std::array<unsigned, 3>;

// "8.11.1", "7.88.1-DEV"; nothing where it does not begin with three numbers.
std::optional<Version> version_of(std::string_view text) {
  Version version{};
  for (std::size_t part = 0; part < version.size(); ++part) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version[part]);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (part + 1 == version.size()) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return version;
}

struct KnownFault {
  Version first;
  Version last;
  std::string_view what;
};

// Only what can hurt a program that posts over HTTP/1.1 with curl_multi and never reuses a handle for another method.
constexpr std::array kKnownFaults = {
    KnownFault{{8, 0, 0},
               {8, 0, 0},
               "it may crash while it goes through its transfers (curl's pull request 10795; mended in 8.0.1)"},
    KnownFault{{8, 11, 1},
               {8, 11, 1},
               "after looking up a name it may close a file that is not its own, even the ledger's "
               "(CVE-2025-0665; mended in 8.12.0)"},
};

}  // namespace

void require_libcurl(std::string_view version) {
  const auto found = version_of(version);
  if (found && *found >= *version_of(kOldestLibcurl)) return;
  throw UsageError("libcurl",
                   "libcurl " + clean_text(version, 40) + " cannot be used: " + std::string(kOldestLibcurl) +
                       " or newer is needed; nothing was sent",
                   "install libcurl " + std::string(kOldestLibcurl) + " or newer (Debian 12 has 7.88.1)");
}

std::optional<std::string> known_fault_of_libcurl(std::string_view version) {
  const auto ours = version_of(version);
  if (!ours) return std::nullopt;
  const auto found = std::ranges::find_if(
      kKnownFaults, [&](const KnownFault& fault) { return *ours >= fault.first && *ours <= fault.last; });
  if (found == kKnownFaults.end()) return std::nullopt;
  return std::string(found->what);
}

}  // namespace usage
