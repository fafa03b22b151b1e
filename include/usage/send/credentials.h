#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace usage {

// Who we are to the endpoint. `account_sid` says whose charges these are, also where an API key signs.
struct Credentials {
  std::string account_sid;
  std::string user;    // API key SID, or the account SID
  std::string secret;  // never shown, logged or stored
};

using EnvironmentLookup = std::function<std::optional<std::string>(const char* name)>;

// TWILIO_ACCOUNT_SID always, with TWILIO_API_KEY + TWILIO_API_SECRET, or else TWILIO_AUTH_TOKEN; from the file where one
// is given (KEY=VALUE lines; refused when others than owner and group can read it, or when it is no regular file), else
// from the environment. UsageError (exit 2) says which is missing or malformed; its text never holds a value of a secret.
Credentials load_credentials(const std::optional<std::filesystem::path>& file, const EnvironmentLookup& environment);

}  // namespace usage
