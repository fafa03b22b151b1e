#include "usage/send/credentials.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <string_view>

#include "usage/base/error.h"
#include "usage/base/file.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

constexpr const char* kAccountSid = "TWILIO_ACCOUNT_SID";
constexpr const char* kApiKey = "TWILIO_API_KEY";
constexpr const char* kApiSecret = "TWILIO_API_SECRET";
constexpr const char* kAuthToken = "TWILIO_AUTH_TOKEN";
constexpr std::array kNames = {kAccountSid, kApiKey, kApiSecret, kAuthToken};
constexpr std::size_t kMaxFileBytes = 64 * 1024;

using Values = std::map<std::string, std::string>;  // of kNames only; an empty value is a missing one

// --- the file

[[noreturn]] void refuse_file(const std::filesystem::path& path, const std::string& why, std::string remedy) {
  throw UsageError("credentials-file", "the credentials file " + clean_text(path.string()) + " " + why,
                   std::move(remedy));
}

// Looks at what was opened, not at the name: Kubernetes hands out secrets as symbolic links, and names can be swapped.
FileDescriptor open_private_file(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid()) refuse_file(path, "cannot be opened: " + errno_text(errno), "check --credentials");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) refuse_file(path, "cannot be examined: " + errno_text(errno), "check it");
  if (!S_ISREG(status.st_mode)) refuse_file(path, "is not a regular file", "name a file of KEY=VALUE lines");
  if ((status.st_mode & S_IRWXO) != 0) {
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777));
    refuse_file(
        path, "is open to others than owner and group (mode " + std::string(mode.data()) + ")",
        "chmod 600 " + shell_path(path.string()) + ", or, where Kubernetes mounts it as a secret, defaultMode: 0440");
  }
  return file;
}

std::string read_private_file(const std::filesystem::path& path) {
  const FileDescriptor file = open_private_file(path);
  std::string text(kMaxFileBytes + 1, '\0');
  const auto size = read_full(file, text);
  if (!size) refuse_file(path, "cannot be read: " + errno_text(errno), "check it");
  if (*size > kMaxFileBytes) refuse_file(path, "is larger than 64 KiB", "name a file of KEY=VALUE lines");
  text.resize(*size);
  return text;
}

std::string_view without_quotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// Other keys are other programs' business. No message holds anything of the line: it may be a secret.
void take_line(std::string_view line, std::size_t number, const std::filesystem::path& path, Values& values) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  line = trim_blanks(line);
  if (line.empty() || line.front() == '#') return;
  const std::size_t equals = line.find('=');
  const std::string key(trim_blanks(line.substr(0, std::min(equals, line.size()))));
  if (key.starts_with("export ") || key.starts_with("export\t"))
    refuse_file(path, "line " + std::to_string(number) + " is not KEY=VALUE, as it begins with `export`",
                "take `export` away there, and write each line as KEY=VALUE");
  if (equals == std::string_view::npos || key.empty() || key.find_first_of(" \t") != std::string::npos) {
    refuse_file(path, "line " + std::to_string(number) + " is not KEY=VALUE", "write each line as KEY=VALUE");
  }
  if (std::find(kNames.begin(), kNames.end(), key) == kNames.end()) return;
  if (!values.emplace(key, without_quotes(trim_blanks(line.substr(equals + 1)))).second) {
    refuse_file(path, "line " + std::to_string(number) + " gives " + key + " a second time", "keep one of the lines");
  }
}

Values values_of_file(const std::filesystem::path& path) {
  Values values;
  std::string text = read_private_file(path);
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    take_line(rest.substr(0, end), number, path, values);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ::explicit_bzero(text.data(), text.size());
  return values;
}

Values values_of_environment(const EnvironmentLookup& environment) {
  Values values;
  for (const char* name : kNames) {
    if (std::optional<std::string> value = environment(name)) values.emplace(name, std::move(*value));
  }
  return values;
}

// --- what the values must be

bool has(const Values& values, const char* name) {
  const auto found = values.find(name);
  return found != values.end() && !found->second.empty();
}

[[noreturn]] void refuse_missing(const std::string& what, const std::string& place) {
  throw UsageError("credentials-missing", what + " in " + place,
                   "set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY with TWILIO_API_SECRET (or TWILIO_AUTH_TOKEN), in the "
                   "environment or in a file for --credentials");
}

[[noreturn]] void refuse_malformed(const std::string& name, const std::string& why, const std::string& place) {
  throw UsageError("credentials-malformed", name + " in " + place + " " + why, "copy it again from the Twilio console");
}

// The value is not shown: people paste secrets into the wrong line.
void require_sid(const Values& values, const char* name, std::string_view prefix, const std::string& place) {
  if (!is_sid(values.at(name), prefix))
    refuse_malformed(name, "is not " + std::string(prefix) + " followed by 32 hex digits", place);
}

// A line break at the end of a mounted secret is the usual culprit.
void require_printable(const Values& values, const char* name, const std::string& place) {
  const std::string& value = values.at(name);
  if (!std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    refuse_malformed(name, "has a blank, a line break or another character that no Twilio secret has", place);
  }
}

}  // namespace

Credentials load_credentials(const std::optional<std::filesystem::path>& file, const EnvironmentLookup& environment) {
  const Values values = file ? values_of_file(*file) : values_of_environment(environment);
  const std::string place = file ? clean_text(file->string()) : "the environment";
  if (!has(values, kAccountSid)) refuse_missing("TWILIO_ACCOUNT_SID is missing", place);
  require_sid(values, kAccountSid, "AC", place);
  const std::string& account = values.at(kAccountSid);
  // Part of a charge's scope, so it has one spelling; the user goes out as it came.
  const std::string account_sid = "AC" + ascii_lower(account.substr(2));

  if (has(values, kApiKey)) {
    require_sid(values, kApiKey, "SK", place);
    if (!has(values, kApiSecret)) refuse_missing("TWILIO_API_KEY is given, TWILIO_API_SECRET is missing", place);
    require_printable(values, kApiSecret, place);
    return {account_sid, values.at(kApiKey), values.at(kApiSecret)};
  }
  if (!has(values, kAuthToken)) {
    refuse_missing(has(values, kApiSecret) ? "TWILIO_API_SECRET is given, TWILIO_API_KEY is missing"
                                           : "neither TWILIO_API_KEY nor TWILIO_AUTH_TOKEN is given",
                   place);
  }
  require_printable(values, kAuthToken, place);
  return {account_sid, account, values.at(kAuthToken)};
}

}  // namespace usage
