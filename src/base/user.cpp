#include "usage/base/user.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace usage {
namespace {

constexpr std::size_t kLookUpBytes = 16384;  // for a passwd entry's texts; a longer one counts as none

std::string user_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, kLookUpBytes> texts{};
  const uid_t user = ::getuid();
  if (::getpwuid_r(user, &entry, texts.data(), texts.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return "uid " + std::to_string(user);
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  const bool known = ::gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0';
  return known ? name.data() : "unknown host";
}

std::string user_at_host() {
  return user_name() + "@" + host_name();
}

}  // namespace usage
