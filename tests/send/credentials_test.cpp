#include "usage/send/credentials.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "support/temp_folder.h"
#include "usage/base/error.h"

using namespace usage;
using usage::test::TempFolder;

namespace {

const std::string kAccount = "ACaabbccdd00112233aabbccdd44556677";
const std::string kKey = "SK0123456789ABCDEFabcdef0123456789";
using Variables = std::map<std::string, std::string>;

EnvironmentLookup lookup(const Variables& variables) {
  return [variables](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

std::filesystem::path write_file(const TempFolder& folder, const std::string& text, mode_t mode = 0600) {
  const std::filesystem::path path = folder.path() / "credentials";
  std::ofstream(path) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

Credentials from_file(const std::string& text) {
  const TempFolder folder;
  return load_credentials(write_file(folder, text), lookup({}));
}

template <typename Load>
std::string refusal(Load load) {
  try {
    load();
    return "taken";
  } catch (const UsageError& error) {
    return error.name() + ": " + error.what() + " | " + error.remedy();
  }
}

std::string environment_refusal(const Variables& variables) {
  return refusal([&] { load_credentials(std::nullopt, lookup(variables)); });
}
std::string file_refusal(const std::string& text) {
  return refusal([&] { from_file(text); });
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an account and its token sign as the account") {
  const Credentials credentials =
      load_credentials(std::nullopt, lookup({{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_AUTH_TOKEN", "tok"}}));
  CHECK(credentials.account_sid == kAccount);
  CHECK(credentials.user == kAccount);
  CHECK(credentials.secret == "tok");
}

TEST_CASE("an API key wins over the token, and the account still says whose charges these are") {
  const Credentials credentials = load_credentials(std::nullopt, lookup({{"TWILIO_ACCOUNT_SID", kAccount},
                                                                         {"TWILIO_AUTH_TOKEN", "tok"},
                                                                         {"TWILIO_API_KEY", kKey},
                                                                         {"TWILIO_API_SECRET", "sec"}}));
  CHECK(credentials.account_sid == kAccount);
  CHECK(credentials.user == kKey);
  CHECK(credentials.secret == "sec");
}

TEST_CASE("an account has one spelling as a charge's scope, and goes out as it came") {
  const std::string upper = "ACAABBCCDD00112233AABBCCDD44556677";
  const Credentials credentials =
      load_credentials(std::nullopt, lookup({{"TWILIO_ACCOUNT_SID", upper}, {"TWILIO_AUTH_TOKEN", "tok"}}));
  CHECK(credentials.account_sid == kAccount);
  CHECK(credentials.user == upper);
}

TEST_CASE("a file may have comments, blank lines, quotes, CRLF, a BOM and other programs' keys") {
  const Credentials credentials =
      from_file("\xEF\xBB\xBF# Twilio\r\n\r\n  TWILIO_ACCOUNT_SID = \"" + kAccount +
                "\"\r\nTWILIO_REGION=ie1\nTWILIO_API_KEY='" + kKey + "'\nTWILIO_API_SECRET=a=b\"c#d");
  CHECK(credentials.account_sid == kAccount);
  CHECK(credentials.user == kKey);
  CHECK(credentials.secret == "a=b\"c#d");
}

TEST_CASE("with a file, the environment has no say") {
  const TempFolder folder;
  const auto path = write_file(folder, "TWILIO_ACCOUNT_SID=" + kAccount + "\nTWILIO_AUTH_TOKEN=filetok\n");
  bool asked = false;
  const Credentials credentials = load_credentials(path, [&asked](const char*) -> std::optional<std::string> {
    asked = true;
    return "x";
  });
  CHECK(credentials.secret == "filetok");
  CHECK(credentials.user == kAccount);
  CHECK_FALSE(asked);
}

TEST_CASE("what is missing is named") {
  CHECK(has(environment_refusal({{"TWILIO_AUTH_TOKEN", "tok"}}), "TWILIO_ACCOUNT_SID is missing in the environment"));
  CHECK(has(environment_refusal({{"TWILIO_ACCOUNT_SID", ""}, {"TWILIO_AUTH_TOKEN", "tok"}}),
            "TWILIO_ACCOUNT_SID is missing"));
  CHECK(has(environment_refusal({{"TWILIO_ACCOUNT_SID", kAccount}}),
            "neither TWILIO_API_KEY nor TWILIO_AUTH_TOKEN is given"));
  CHECK(has(
      environment_refusal({{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_API_KEY", kKey}, {"TWILIO_AUTH_TOKEN", "tok"}}),
      "TWILIO_API_KEY is given, TWILIO_API_SECRET is missing"));
  CHECK(has(environment_refusal({{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_API_SECRET", "sec"}}),
            "TWILIO_API_SECRET is given, TWILIO_API_KEY is missing"));
  CHECK(has(file_refusal("TWILIO_AUTH_TOKEN=tok\n"), "TWILIO_ACCOUNT_SID is missing in /"));
}

TEST_CASE("what is malformed is named, and never shown") {
  const std::string bad = "hunter2hunter2hunter2hunter2hunter";
  const std::string account = environment_refusal({{"TWILIO_ACCOUNT_SID", bad}, {"TWILIO_AUTH_TOKEN", "tok"}});
  CHECK(has(account, "TWILIO_ACCOUNT_SID in the environment is not AC followed by 32 hex digits"));
  const std::string key =
      environment_refusal({{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_API_KEY", bad}, {"TWILIO_API_SECRET", "sec"}});
  CHECK(has(key, "TWILIO_API_KEY in the environment is not SK followed by 32 hex digits"));
  const std::string token = environment_refusal({{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_AUTH_TOKEN", "hunter2\n"}});
  CHECK(has(token, "TWILIO_AUTH_TOKEN in the environment has a blank, a line break"));
  const std::string secret = environment_refusal(
      {{"TWILIO_ACCOUNT_SID", kAccount}, {"TWILIO_API_KEY", kKey}, {"TWILIO_API_SECRET", "hunter2\xC2\xA0"}});
  CHECK(has(secret, "TWILIO_API_SECRET in the environment has a blank"));
  const std::string line = file_refusal("\nhunter2\n");
  CHECK(has(line, "line 2 is not KEY=VALUE"));
  const std::string exported = file_refusal("export TWILIO_AUTH_TOKEN=hunter2\n");
  CHECK(has(exported, "line 1 is not KEY=VALUE, as it begins with `export`"));
  CHECK(has(exported, "take `export` away"));
  const std::string twice = file_refusal("TWILIO_AUTH_TOKEN=tok\nTWILIO_AUTH_TOKEN=hunter2\n");
  CHECK(has(twice, "line 2 gives TWILIO_AUTH_TOKEN a second time"));
  for (const std::string& text : {account, key, token, secret, line, exported, twice})
    CHECK_FALSE(has(text, "hunter2"));
}

TEST_CASE("a file that others can reach is refused, with the command that mends it") {
  const TempFolder folder;
  const std::string text = "TWILIO_ACCOUNT_SID=" + kAccount + "\nTWILIO_AUTH_TOKEN=tok\n";
  for (const mode_t mode : {0604U, 0644U, 0602U, 0601U, 0666U}) {
    CAPTURE(mode);
    const auto path = write_file(folder, text, mode);
    const std::string why = refusal([&] { load_credentials(path, lookup({})); });
    CHECK(has(why, "is open to others than owner and group (mode 0"));
    CHECK(has(why, "chmod 600 " + path.string()));
    CHECK(has(why, "defaultMode: 0440"));
  }
  for (const mode_t mode : {0600U, 0400U, 0640U, 0660U}) {
    CAPTURE(mode);
    CHECK(load_credentials(write_file(folder, text, mode), lookup({})).secret == "tok");
  }
}

TEST_CASE("a link is followed, and what it leads to is looked at") {
  const TempFolder folder;
  const auto path = write_file(folder, "TWILIO_ACCOUNT_SID=" + kAccount + "\nTWILIO_AUTH_TOKEN=tok\n");
  const auto link = folder.path() / "link";
  std::filesystem::create_symlink(path, link);
  CHECK(load_credentials(link, lookup({})).secret == "tok");
  ::chmod(path.c_str(), 0644);
  CHECK(has(refusal([&] { load_credentials(link, lookup({})); }), "mode 0644"));
}

TEST_CASE("what is no file of a sensible size is refused, without waiting for a pipe's writer") {
  const TempFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(has(refusal([&] { load_credentials(pipe, lookup({})); }), "is not a regular file"));
  CHECK(has(refusal([&] { load_credentials(folder.path(), lookup({})); }), "is not a regular file"));
  CHECK(has(refusal([&] { load_credentials(folder.path() / "none", lookup({})); }), "No such file or directory"));
  const auto large = write_file(folder, std::string(64 * 1024 + 1, '#'));
  CHECK(has(refusal([&] { load_credentials(large, lookup({})); }), "larger than 64 KiB"));
}
