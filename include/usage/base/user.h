// Who runs this program, and where, as the system says. The environment is not asked: anybody can set USER.
#pragma once

#include <string>

namespace usage {

// This machine's name; "unknown host" where it has none. Hostile until cleaned.
std::string host_name();

// "anna@billing1" by the real user id; "uid 1000@billing1" where no user has that id, as in a container.
std::string user_at_host();

}  // namespace usage
