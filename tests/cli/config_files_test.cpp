// Configuration files: which ones are read, what stands above what, and the rules that nothing takes back.
#include <set>

#include "command_line.h"

namespace usage::test {
namespace {

using Files = std::vector<std::string>;

Arguments with_config(Arguments arguments, const Files& files) {
  for (const std::string& file : files) arguments.insert(arguments.end(), {"--config", file});
  return arguments;
}

UploadOptions upload_with(const Files& files, Environment environment = {}, const Arguments& more = {}) {
  Arguments arguments = {"upload", "in.csv", "--period", "p"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return parse_as<UploadOptions>(with_config(arguments, files), environment);
}

std::string upload_error(const Files& files, Environment environment, const Arguments& more = {}) {
  Arguments arguments = {"upload", "in.csv", "--period", "p"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return error_of(with_config(arguments, files), environment);
}

// Where this is the user's own file.
Environment home_of(const ConfigFile& file) {
  return {{"XDG_CONFIG_HOME", std::filesystem::path(file.path()).parent_path().string()}};
}

TEST_CASE("a file that is missing is an error where it was named, and none where it was not") {
  CHECK(has(error_of({"validate", "in.csv", "--config", "/nowhere/x.toml"}), "configuration-unreadable"));
  CHECK(error_of({"validate", "in.csv"}, {{"XDG_CONFIG_HOME", "/nowhere"}, {"HOME", "/nowhere"}}) == "accepted");
}

TEST_CASE("the user's own file that is a link to nowhere is an error, and not none") {
  const TempFolder folder;
  std::filesystem::create_symlink(folder.path() / "gone.toml", folder.path() / "usage-uploader.toml");
  CHECK(
      has(error_of({"validate", "in.csv"}, {{"XDG_CONFIG_HOME", folder.path().string()}}), "configuration-unreadable"));
}

TEST_CASE("the user's own file is found through XDG_CONFIG_HOME, else in the home folder") {
  const ConfigFile file("concurrency = 33");
  const std::filesystem::path folder = std::filesystem::path(file.path()).parent_path();
  const auto concurrency = [](const Environment& environment) {
    const CommandLine line = parse_command_line({"resume", "--ledger", "l"}, environment, "");
    return std::get<ResumeOptions>(line.command).sending.run.schedule.concurrency;
  };
  CHECK(concurrency({{"XDG_CONFIG_HOME", folder.string()}, {"HOME", "/nowhere"}}) == 33);
  CHECK(concurrency({{"HOME", folder.string()}}) == 100);
  std::filesystem::create_directory(folder / ".config");
  std::filesystem::rename(file.path(), folder / ".config/usage-uploader.toml");
  CHECK(concurrency({{"HOME", folder.string()}}) == 33);
  CHECK(concurrency({{"XDG_CONFIG_HOME", "/nowhere"}, {"HOME", folder.string()}}) == 100);
}

TEST_CASE("of several configuration files a later one stands above an earlier one") {
  const ConfigFile base("max-items = 11\nconcurrency = 19\n");
  const ConfigFile profile("max-items = 12\ndelimiter = \"tab\"\n");
  const UploadOptions both = upload_with({base.path(), profile.path()});
  CHECK(both.file.plan.max_items == 12);
  CHECK(both.sending.run.schedule.concurrency == 19);
  CHECK(both.file.intake.delimiter == '\t');
  CHECK(upload_with({profile.path(), base.path()}).file.plan.max_items == 11);
}

TEST_CASE("a profile stands on the user's own file, and any other named file in its place, but for its rules") {
  const ConfigFile own("concurrency = 33\nmax-items = 11\nrequire-approval = true\n");
  const ConfigFile profile("max-items = 12\ndelimiter = \"tab\"\n");
  const ConfigFile other_profile("decimal-comma = true\n");
  const ConfigFile other("max-items = 12\nconcurrency = 19\n");
  const ConfigFile empty("");
  const auto concurrency = [&](const Files& files) {
    return upload_with(files, home_of(own)).sending.run.schedule.concurrency;
  };
  CHECK(concurrency({}) == 33);
  CHECK(concurrency({profile.path()}) == 33);
  CHECK(concurrency({profile.path(), other_profile.path()}) == 33);
  CHECK(concurrency({other.path()}) == 19);
  CHECK(concurrency({other.path(), profile.path()}) == 19);
  CHECK(concurrency({empty.path()}) == 100);
  const UploadOptions both = upload_with({profile.path()}, home_of(own));
  CHECK(both.file.plan.max_items == 12);
  CHECK(both.approval_rule == ApprovalRule::kRequired);
  CHECK(upload_with({profile.path()}).sending.run.schedule.concurrency == 100);
  for (const ConfigFile* named : {&other, &empty})
    CHECK(upload_with({named->path()}, home_of(own)).approval_rule == ApprovalRule::kRequired);
  const ConfigFile waiver("require-approval = false\n");
  CHECK(has(upload_error({waiver.path()}, home_of(own)), "rule-waived: " + waiver.path() + ":1"));
  const ConfigFile without_rules("concurrency = 33\n");

  const auto files = [&](const Files& named, const ConfigFile* users = nullptr) {
    return parse_as<ConfigOptions>(with_config({"config"}, named), home_of(users != nullptr ? *users : own))
        .config_files;
  };
  CHECK(files({profile.path()}) == Files{own.path(), profile.path()});
  CHECK(files({other.path()}) == Files{own.path(), other.path()});
  CHECK(files({other.path()}, &without_rules) == Files{other.path()});
  CHECK(files({}) == Files{own.path()});
}

TEST_CASE("a rule of approval is taken back by nothing that stands above it") {
  const ConfigFile rules("require-approval = true\n");
  const ConfigFile waiver("require-approval = false\n");
  const Environment off = {{"USAGE_UPLOADER_REQUIRE_APPROVAL", "false"}};
  const Environment on = {{"USAGE_UPLOADER_REQUIRE_APPROVAL", "true"}};
  const std::string by_flag = upload_error({rules.path()}, {}, {"--require-approval=false"});
  CHECK(by_flag == "rule-waived: the command line takes require-approval back, which " + rules.path() +
                       ":1 makes a rule | leave it out; whoever may change the rule changes it there");
  CHECK(has(upload_error({rules.path()}, off), "REQUIRE_APPROVAL takes require-approval back, which " + rules.path()));
  CHECK(has(upload_error({}, on, {"--require-approval=false"}), "rule-waived: the command line"));
  CHECK(has(upload_error({rules.path(), waiver.path()}, {}), "rule-waived: " + waiver.path() + ":1"));

  CHECK(upload_with({rules.path()}).approval_rule == ApprovalRule::kRequired);
  CHECK(upload_with({rules.path()}, on, {"--require-approval"}).approval_rule == ApprovalRule::kRequired);
  CHECK(upload_with({waiver.path()}, on).approval_rule == ApprovalRule::kRequired);
  CHECK(upload_with({waiver.path()}, {}, {"--require-approval"}).approval_rule == ApprovalRule::kRequired);
  CHECK(upload_with({waiver.path()}, off, {"--require-approval=false"}).approval_rule == ApprovalRule::kOptional);
}

TEST_CASE("warnings that refuse add up over files, environment and command line") {
  const ConfigFile rules("fail-on = [\"equal-rows\", \"amounts-changed\"]\n");
  const ConfigFile more("fail-on = \"amount-outlier\"\n");
  const Environment environment = {{"USAGE_UPLOADER_FAIL_ON", "same-total-earlier"}};
  const auto fail_on = [&](const Files& files, const Environment& variables, const Arguments& arguments) {
    const auto names = upload_with(files, variables, arguments).file.fail_on;
    return std::set<std::string>(names.begin(), names.end());
  };
  using Names = std::set<std::string>;
  CHECK(fail_on({rules.path()}, {}, {}) == Names{"equal-rows", "amounts-changed"});
  CHECK(fail_on({rules.path()}, {}, {"--fail-on", "amount-outlier,equal-rows"}) ==
        Names{"equal-rows", "amounts-changed", "amount-outlier"});
  CHECK(fail_on({rules.path(), more.path()}, environment, {"--fail-on", "unknown-left-earlier"}) ==
        Names{"equal-rows", "amounts-changed", "amount-outlier", "same-total-earlier", "unknown-left-earlier"});
  CHECK(fail_on({}, {}, {"--fail-on", "equal-rows"}) == Names{"equal-rows"});
}

TEST_CASE("--fail-on none sets the configured ones aside, on the command line only") {
  const ConfigFile rules("fail-on = \"equal-rows\"\n");
  const ConfigFile none("fail-on = \"none\"\n");
  const auto fail_on = [&](const Arguments& arguments) {
    return upload_with({rules.path()}, {}, arguments).file.fail_on;
  };
  CHECK(fail_on({"--fail-on", "none"}).empty());
  CHECK(fail_on({"--fail-on", "none", "--fail-on", "amount-outlier"}) == std::vector<std::string>{"amount-outlier"});
  CHECK(upload_with({}, {}, {"--fail-on", "none"}).file.fail_on.empty());
  CHECK(has(upload_error({rules.path()}, {{"USAGE_UPLOADER_FAIL_ON", "none"}}), "none"));
  CHECK(has(upload_error({rules.path(), none.path()}, {}), "none"));
}

}  // namespace
}  // namespace usage::test
